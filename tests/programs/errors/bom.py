# byte order mark
print("bom is fine")
1/0
