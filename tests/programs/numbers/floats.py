# Floats: repr round trip, parsing, rounding, comparison, special values, methods.
for v in (0.1, 0.2, 0.3, 1 / 3, 2 / 3, 1e22, 1e23, 1e-7, 123456789012345678.0, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, 4.9406564584124654e-324, 9007199254740993.0, 0.1 + 0.2, 1e16, 9999999999999998.0, 1e15 + 0.3, 100.0, 1.5e300 * 1e10, 3.0, -0.0, 1e5, 12345.678e-10, 1e21, 123e18):
    print(repr(v), str(v), v.hex(), float(repr(v)) == v, v.as_integer_ratio() if v == v and abs(v) != float("inf") else "", v.is_integer(), int(v) if abs(v) < 1e300 else "big")
for text in ("1.5", " 1.5 ", "1e5", "1E-5", "inf", "-Infinity", "nan", "+NaN", "1_000.5", ".5", "5.", "-.5e-3", "1e400", "1e-400", "0x1p3", "1__0", "_1", "", " ", "abc", "1.5.2", "1e", "e5", "infin", "1 2", "１.５", "\u0661", "1_e5", "1e_5", "--1", "1.5j", "0.1000000000000000055511151231257827", "179769313486231580793e289", "2.47e-324", "2.48e-324", "9007199254740992.5", "9007199254740993.5", b"2.5", b"x", bytearray(b"3"), "\n4\t"):
    try: print(repr(text), repr(float(text)))
    except Exception as e: print(repr(text), type(e).__name__, e)
inf, nan = float("inf"), float("nan")
for a in (0.0, -0.0, 1.5, -2.5, inf, -inf, nan):
    row = []
    for b in (0.0, -0.0, 2.0, -3.5, inf, -inf, nan):
        for op in ("+", "-", "*", "/", "//", "%", "**", "<", "==", "!="):
            try: row.append(repr(eval(f"a {op} b", {"a": a, "b": b})))
            except Exception as e: row.append(type(e).__name__)
    print(a, " ".join(row))
for v in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 1234.5678, -1234.5678, 1e20, 1e-5, 0.05, 0.15, 0.25, 1e300):
    print(v, round(v), [round(v, n) for n in (0, 1, 2, 3, -1, -2, -3, 20)], v.__floor__(), v.__ceil__(), v.__trunc__())
for bad in ("round(inf)", "round(nan)", "round(1.5, 'a')", "round(1.5, None)", "round('a')", "round(inf, 2)", "round(1.5, 400)", "round(1.5, -400)", "round(1e308, -308)", "round(1.5, 2 ** 70)", "int(inf)", "int(nan)", "inf.as_integer_ratio()", "nan.as_integer_ratio()", "float.fromhex('0x1.8p3')", "float.fromhex('-0x.1p-4')", "float.fromhex('inf')", "float.fromhex('x')", "float.fromhex('1.8')", "float.fromhex('0x1p5000')", "float.fromhex(5)",
            "1.5.hex()", "inf.hex()", "(-0.0).hex()", "float()", "float(1, 2)", "float(x=1)", "float([])", "float(None)", "float(1j)", "1.0 // 0", "1.0 % 0", "divmod(1.0, 0)", "0.0 ** -1", "(-1.0) ** 0.5", "(-8) ** (1 / 3)", "2.0 ** 10000", "-2.0 ** 10001", "1e308 * 10", "1.5 & 1", "1.5 << 1", "~1.5", "list((1, 2))[1.0]", "'a' * 1.0", "range(1.0)", "1.5.real, 1.5.imag, 1.5.conjugate()", "float.__getformat__('double')", "divmod(7.5, -2)", "divmod(-7.5, 2)", "7.5 // -2", "-7.5 % 2", "5.0 % -0.0", "hash(inf), hash(-inf), hash(1.0), hash(0.5), hash(2.0 ** 61)", "1e16 + 1 == 1e16", "0.1 * 3 == 0.3", "2 ** 0.5 * 2 ** 0.5", "1 == 1.0 == True", "nan in [nan]", "max(nan, 1), max(1, nan), min(nan, 1)", "sorted([3.5, -inf, 2, inf, -0.0, 0])", "sum([0.1] * 10)", "sum([1e308, 1e308])", "abs(-0.0), -0.0, +(-0.0)", "bool(0.0), bool(-0.0), bool(nan), bool(5e-324)", "0.0 == -0.0, str(-0.0)", "3.7 .__int__()", "1.5 .__divmod__(1)", "1.5.__eq__(1), 1.5.__eq__('a'), 1.5.__add__('a')", "isinstance(1.5, float), issubclass(float, int)", "float('1' * 400)", "10.0 .__pow__(2), 2 .__pow__(0.5)", "pow(2.0, 3), pow(2, -1), pow(4, 0.5)", "1.1 + 2.2, 3.3 * 3, 1.1 - 1.0, 1e-5 * 3"):
    try: print(bad, "=", repr(eval(bad)))
    except Exception as e: print(bad, "->", type(e).__name__, e)
total, term, n = 0.0, 1.0, 0
while total + term != total:
    total += term
    n += 1
    term /= n
print(repr(total), n)
x = 1.0
for _ in range(50): x = (x + 2 / x) / 2
print(x, x * x)
eps = 1.0
while 1.0 + eps / 2 != 1.0: eps /= 2
tiny = 1.0
while tiny / 2: tiny /= 2
print(eps, tiny, [0.1 * i for i in range(11)], [i / 10 for i in range(11)])
seed = 42
def r():
    global seed
    seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
    return seed / 0x7FFFFFFF
vals = [(r() - 0.5) * 10 ** int(r() * 40 - 20) for _ in range(60)]
for v in vals: print(repr(v), f"{v:.5g}", v == float(repr(v)), end="; ")
print()
class F(float):
    def __repr__(self): return f"F({float(self)})"
    def __add__(self, o): return F(float(self) + o)
print(F(1.5), F(1) + 2, 2 + F(1), -F(1), F(2) * 2, abs(F(-1)), round(F(2.567), 1), F("3.5"), F(1) == 1.0, hash(F(2)) == hash(2), f"{F(1.5):.2f}", "%s" % F(1), int(F(3.9)), F.fromhex("0x1p1"))
