# coding: nonsense-8
print(1)
