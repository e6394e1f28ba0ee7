print("crlf")
x = """a
b"""
print(repr(x))
if x:
    1/0
