# Arithmetic, bitwise, shift and unary operators over all pairs of builtin number types and others; precedence.
values = [0, 1, -7, 3, True, 2.5, -0.0, 1 + 2j, "ab", b"x", [1], (2,), None, {1}, {"k": 1}]
operators = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "//": lambda a, b: a // b, "%": lambda a, b: a % b, "**": lambda a, b: a ** b, "@": lambda a, b: a @ b,
    "<<": lambda a, b: a << b, ">>": lambda a, b: a >> b, "&": lambda a, b: a & b, "|": lambda a, b: a | b, "^": lambda a, b: a ^ b,
}
for symbol, op in operators.items():
    print("operator", symbol)
    for a in values:
        row = []
        for b in values:
            try:
                r = repr(op(a, b))
            except Exception as e:
                r = type(e).__name__ + ":" + str(e)
            row.append(r)
        print(repr(a), "|", "; ".join(row))
for a in values:
    for name, op in (("-", lambda x: -x), ("+", lambda x: +x), ("~", lambda x: ~x), ("not", lambda x: not x), ("abs", abs)):
        try:
            print(name, repr(a), "=", repr(op(a)))
        except TypeError as e:
            print(name, repr(a), e)

print(2 + 3 * 4 ** 2 // 5 % 7 - -1, -2 ** 2, 2 ** -1, 2 ** 3 ** 2, (-2) ** 2, ~1 + 2, not 1 == 2, -1 ** 0)
print(1 << 2 + 1, 1 | 2 ^ 3 & 4, 6 & 3 == 3, 1 + 2 << 3, 10 - 4 - 3, 2 * 3 % 4, 7 // 2 * 2, 1 < 2 == True)
print(3 if 0 else 4 if 0 else 5, 1 or 2 and 0, not 0 or 1, not (0 or 1), 1 if [] else 2 or 3)
print(-5 // 2, -5 % 2, 5 // -2, 5 % -2, -5 // -2, -5 % -2, 5.5 // 2, -5.5 // 2, -5.5 % 2, 5.5 % -2)
print(divmod(-7, 2), divmod(7, -2), divmod(-7.5, 2), divmod(7, 2.5), divmod(True, True))
print(0.1 + 0.2, 1e308 * 10, -1e308 * 10, 1e-320 / 10, 3.0 * 2, 1 / 3, 2 / 1)
print(10 ** 20, 10 ** -2, 0 ** 0, 0.0 ** 0, (-8) ** (1 / 3), 2 ** 0.5, (-1) ** 0.5)
print(1 << 100 >> 98, -1 >> 100, -1 << 3, 5 & -2, 5 | -8, 5 ^ -1, ~0, ~True)
print("ab" * 3, 2 * [0], (1,) * 2, "ab" * -1, [1] * 0, b"z" * 2, "%s-%d" % ("a", 5), "x" "y" + "z")
print([1] + [2], (1,) + (2,), "a" + "b", b"a" + b"b", {1, 2} - {2}, {1} | {2}, {1, 2} & {2, 3}, {1, 2} ^ {2, 3})
print({"a": 1} | {"b": 2}, True + True, True & False, True | 2, True ^ True, -True)
