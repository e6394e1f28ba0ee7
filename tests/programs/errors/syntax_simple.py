# The program itself is wrong: nothing runs.
print("never printed")
x = [1, 2
y = 3
