# Warnings of the compiler, on stderr, with the line they are about.
x = 5
if x is 5: print("is with a literal")
print("\d is no escape" if x else "")
assert (x, "always true")
y = [1, 2] [0]
