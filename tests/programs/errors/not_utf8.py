# not UTF-8
print("café")
