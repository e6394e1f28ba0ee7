# Integers beyond a machine word: arithmetic identities, division, shifts, bit operations, conversion, comparison.
def check(name, ok):
    if not ok: print("FAILED", name)


seed = 12345


def rnd(bits):
    """A deterministic pseudo-random integer of at most `bits` bits."""
    global seed
    out = 0
    while bits > 0:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        out = out << 32 | seed >> 32
        bits -= 32
    return out >> -bits if bits < 0 else out


values = [0, 1, -1, 2 ** 15, 2 ** 30 - 1, 2 ** 30, 2 ** 31, -2 ** 31, 2 ** 60 - 1, 2 ** 60, 2 ** 63 - 1, 2 ** 63, -2 ** 63, 2 ** 64, 2 ** 90, -2 ** 90 + 1, 10 ** 18, 10 ** 30, -10 ** 50]
values += [rnd(b) * s for b in (20, 31, 45, 61, 64, 100, 300, 1500) for s in (1, -1)]
for a in values:
    for b in values:
        check("add", a + b - b == a)
        check("commute", a * b == b * a and a + b == b + a)
        check("distribute", (a + b) * (a - b) == a * a - b * b)
        if b:
            q, r = divmod(a, b)
            check("divmod", q * b + r == a and (0 <= r < b or b < r <= 0) and q == a // b and r == a % b)
        check("xor", (a ^ b) == (a | b) - (a & b) and (a & b) + (a | b) == a + b)
        check("de morgan", ~(a & b) == ~a | ~b and (a ^ b ^ b) == a)
        check("compare", (a < b) == (a - b < 0) and (a == b) == (not a != b) and (a <= b) == (not a > b))
    for n in (0, 1, 5, 29, 30, 31, 60, 64, 100):
        check("shift", a << n == a * 2 ** n and a >> n == a // 2 ** n)
    check("text", int(str(a)) == a and int(hex(a), 16) == a and int(oct(a), 8) == a and int(bin(a), 2) == a and eval(repr(a)) == a)
    check("bytes", int.from_bytes(a.to_bytes(300, "big", signed=True), "big", signed=True) == a)
    check("neg", -(-a) == a and ~~a == a and abs(a) == (a if a >= 0 else -a) and (a == 0 or a.bit_length() == len(bin(abs(a))) - 2))
    check("hash", hash(a) == hash(a + 0) and hash(-a) in (-hash(a), -2, hash(-a)))
print("identities done")
print(2 ** 200, 3 ** 100, -7 ** 77, 10 ** 40 // 7, 10 ** 40 % 7, -10 ** 40 // 7, -10 ** 40 % 7, 10 ** 40 // -7)
f = 1
for i in range(1, 101): f *= i
print(f, f // 10 ** 100, f % 10 ** 20, f >> 400, f & 0xFFFF, f.bit_length(), f.bit_count())
a, b = 0, 1
for _ in range(500): a, b = b, a + b
print(a, str(a)[::-1][:10], len(str(a)))
print(pow(3, 1000, 10 ** 20), pow(2, 10 ** 10, 1000007), pow(7, -1, 101), pow(-5, 3, 7), pow(5, 3, -7), pow(0, 0, 1), pow(123456789, 987654321, 998244353), pow(38, -1, 97), pow(10 ** 30, 10 ** 5, 10 ** 30 + 57))
print(1 << 300 >> 295, -1 >> 1000, 5 >> 100, -5 >> 100, 0 << 100000, 1 << 64, (1 << 64) - 1, -(1 << 65), 2 ** 100 & -2 ** 50, -2 ** 100 | 12345, 2 ** 70 ^ -1, ~2 ** 65)
print(hex(2 ** 100 + 255), oct(-8 ** 25), bin(2 ** 65 + 1), int("zz", 36), int("-0x1_f" "fffffffffffffffffff", 16), int("0b101", 0), int("1" * 60), int(" \n 42_000 \t"), f"{2 ** 100:,} {2 ** 100:_x} {-2 ** 70:030d}")
print(float(2 ** 100), float(2 ** 53 + 1), int(1e30), int(-1.5e20), 2 ** 64 / 3, 10 ** 300 / 10 ** 299, (2 ** 1024 - 1) // 2 ** 1000, 10 ** 400 / 10 ** 399, 1 / 10 ** 300, 3 ** 1000 / 3 ** 999, -(10 ** 25) / 3, (2 ** 54 + 1) / 2, (2 ** 54 + 3) / 2)
for bad in ("float(10 ** 400)", "10 ** 400 / 3", "1 / 10 ** 400", "10 ** 400 * 1.0", "2 ** 10000 + 0.5", "1 << 2 ** 70", "1 >> 2 ** 70", "int('x')", "int('')", "int('1' * 5000)", "str(10 ** 5000)", "int(float('nan'))", "int(float('inf'))", "pow(2, -1, 4)", "pow(2, 1, 0)", "(2 ** 70).to_bytes(8, 'big')", "(-1).to_bytes(1, 'big')", "(1).to_bytes(1, 'x')", "(1).to_bytes(-1, 'big')", "int.from_bytes('a', 'big')", "int('12', 37)", "int('12', 1)", "int(12, 10)", "int('1__0')", "int('_1')", "int('0777', 0)", "int('9', 8)", "int(b'12')", "int(b'x')", "int('１２')", "int('٣')", "int('1e5')", "int('²')", "int(None)", "int([])", "int('1', '2')", "int(x=1)", "10 ** 100 % 0", "divmod(10 ** 30, 0)", "-1 ** 0.5", "int('0x')", "int('+ 1')", "int('-')", "[1] * 2 ** 70", "'a' * 2 ** 62", "range(2 ** 70)[5]", "len(range(2 ** 70))", "hash(2 ** 61 - 1)", "round(12345678901234567890, -18)", "round(25, -1)", "round(-35, -1)", "(10 ** 20).as_integer_ratio()", "(5).conjugate(), (5).numerator, (5).denominator, (5).imag", "int.from_bytes(b'\\xff\\x00', 'little', signed=True)", "int.from_bytes([1, 2, 3], 'big')", "(258).to_bytes(2, 'little')", "(5).to_bytes()", "10 ** 23 == 1e23", "2 ** 53 + 1 == float(2 ** 53)", "10 ** 400 > float('inf')", "-(10 ** 400) > float('-inf')"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
x = 7 ** 400
print(sum(int(c) for c in str(x)), x % 997, str(x)[:20], int(str(x)[::-1]) % 10007, x.bit_count(), hash(x), hash(-x))
def isqrt(n):
    r = 1 << (n.bit_length() + 1) // 2
    while True:
        s = (r + n // r) // 2
        if s >= r: return r
        r = s
print(isqrt(2 * 10 ** 100), isqrt(10 ** 60) == 10 ** 30)
