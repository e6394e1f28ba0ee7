# int and bool: methods, class behaviour, subclasses, mixed operations, caching-free identity, range arithmetic.
print([n.bit_length() for n in (0, 1, 2, 255, 256, -255, 2 ** 40)], [n.bit_count() for n in (0, 1, 255, -255, 2 ** 40 - 1)], (10).as_integer_ratio(), (5).conjugate(), (7).real, (7).imag, (7).numerator, (7).denominator, int.__name__, (3).__class__)
print([(258).to_bytes(4, o) for o in ("big", "little")], (-2).to_bytes(2, "big", signed=True), int.from_bytes(b"\x01\x02", "big"), int.from_bytes(b"\xff\xfe", "little", signed=True), int.from_bytes(b"", "big"), (0).to_bytes(0, "big"), int.from_bytes(bytearray(b"\x80"), "big", signed=True), int.from_bytes(range(3), "little"))
print(True + True, True * 5, True / 2, -True, ~True, True & 1, True and 5, True | False, True ^ True, True << 3, True == 1, True is True, bool(5), bool([]), int(True), str(True), repr(False), True.real, hash(True), [10, 20][True], {1: "one"}[True], isinstance(True, int), type(True + 0), type(True & True), type(True | 1), True.__and__(1), True.__xor__(True), bool.__mro__, True.__int__(), f"{True:d} {True}", "%d %s" % (True, True))
for bad in ("bool(1, 2)", "bool(x=1)", "class B(bool): pass", "int.from_bytes(b'', 'x')", "int.from_bytes(b'')", "int.from_bytes()", "(1).to_bytes(1, 'big', signed=1)", "(200).to_bytes(1, 'big', signed=True)", "(1).__add__('a')", "(1).__truediv__(0)", "int.__add__(1)", "int.__add__('a', 1)", "int(1)()", "int(1)[0]", "1 .x", "(5).real = 1", "(5).__class__ = str", "int.real = 5", "int()", "int(5.9), int(-5.9), int('5'), int(b'5'), int('0b11', 2), int('0o17', 8), int('0xF', 16)", "int(base=10)", "int('5', base=10)", "int(x='5')", "int(5, base=10)", "int('z', 36), int('Z', 36), int('10', 2), int('-11', 2)", "int('2', 2)", "int(' 5 ')", "int('5 5')", "int('5\\0')", "int('-0')", "int('--5')", "int('- 5')", "int(object())", "1 < 'a'", "1 + None", "1 + [1]", "[1] + 1", "'a' + 1", "1 + 'a'", "1 @ 1", "5 // 0", "5 % 0", "5 / 0", "0 ** -1", "1 << -1", "divmod(5, 0)", "5 ** -1", "(-5) ** -2", "5 ** 0.5", "0 ** 0", "pow(0, 0)", "5 .__pow__(2, 3)", "round(5), round(5, 2), round(155, -1), round(145, -1), round(-155, -1), round(5, -1), round(15, -1), round(4, -1)", "round(5, 1.5)", "abs(-5), abs(True)", "min(True, 0), max(False, 0, key=None)", "sum([True, True])", "chr(97), ord('a'), hex(255), oct(8), bin(5), hex(-255), bin(-5), hex(True)", "chr(-1)", "chr(0x110000)", "chr('a')", "chr(2 ** 70)", "hex(1.5)", "ord('ab')", "ord('')", "ord(5)", "ord(b'a'), ord(bytearray(b'b'))"):
    try:
        if bad.startswith(("class", "(5).", "int.real")) and "=" in bad or bad.startswith("class"): exec(bad); print(bad, "fine")
        else: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
class Mod7(int):
    def __new__(cls, v=0): return super().__new__(cls, v % 7)
    def __add__(self, o): return Mod7(int(self) + int(o))
    __radd__ = __add__
    def __mul__(self, o): return Mod7(int(self) * int(o))
    def __neg__(self): return Mod7(-int(self))
    def __repr__(self): return f"{int(self)}m7"
    def __eq__(self, o): return int(self) == int(o) % 7
    def __hash__(self): return int.__hash__(self)
    def __pow__(self, e, m=None): return Mod7(pow(int(self), int(e), 7))
    def __index__(self): return int(self) + 0
print(Mod7(10), Mod7(5) + 4, 4 + Mod7(5), Mod7(3) * 5, 5 * Mod7(3), -Mod7(3), Mod7(3) ** 100, Mod7(3) == 10, sum([Mod7(5)] * 3), [10, 20, 30, 40][Mod7(10)], Mod7(3) - 1, Mod7(3) < 5, {Mod7(3): 1}[10] if hash(Mod7(3)) == hash(10) else "no", range(Mod7(9)), int(Mod7(13)), Mod7() , str(Mod7(8)), "%d" % Mod7(8), f"{Mod7(8)}", f"{Mod7(8):03d}", Mod7(6).bit_length(), Mod7.from_bytes(b"\x09", "big"), type(Mod7(3).real), abs(Mod7(3)), hex(Mod7(3)))
r = range(10, 0, -3)
print(list(r), len(r), r[1], r[-1], r[1:], r[::-1], 4 in r, 5 in r, r.index(4), r.count(4), r.count(5), r == range(10, -1, -3), r.start, r.stop, r.step, hash(r) == hash(range(10, -1, -3)), bool(range(0)), list(reversed(r)), range(5) == range(0, 5, 1), range(0) == range(5, 0), repr(range(1, 5)), repr(range(0, 5, 2)), list(range(2 ** 65, 2 ** 65 + 3)), range(2 ** 70)[2 ** 69], 2 ** 69 in range(2 ** 70), range(-5, 5)[2:7:2], range(10)[-3:], max(range(5)), sum(range(101)), range(True, 3), list(range(3, -3, -2)), list(zip(range(3), range(5, 8))))
for bad in ("range()", "range(1, 2, 0)", "range('a')", "range(1.5)", "range(1, 2, 3, 4)", "range(5)[5]", "range(5)['a']", "range(5).index(9)", "range(5).index('a')", "range(5)[1] = 2", "range(5) + range(3)", "range(5).start = 1", "range(stop=5)", "range(None)", "len(range(2 ** 64))", "range(5) < range(6)", "range(5)[::0]", "hash(range(5)) == hash(range(5))", "range(2 ** 64)[2 ** 65]", "range(0, 10, 3).index(7)", "iter(range(5)).__length_hint__()", "1.0 in range(5), 1.5 in range(5), '1' in range(5), True in range(5)", "range(10).count(1.0)"):
    try: print(bad, "=", eval(bad)) if " = " not in bad else exec(bad)
    except Exception as e: print(bad, "->", type(e).__name__, e)
def digits(n, b): return [n] if n < b else digits(n // b, b) + [n % b]
def egcd(a, b): return (a, 1, 0) if b == 0 else (lambda g, x, y: (g, y, x - a // b * y))(*egcd(b, a % b))
print(digits(123456, 7), egcd(240, 46), [pow(2, n, 11) for n in range(10)], [n for n in range(2, 100) if pow(2, n - 1, n) == 1 and any(n % d == 0 for d in range(2, n))], sum(1 for n in range(1000) if str(n) == str(n)[::-1]))
