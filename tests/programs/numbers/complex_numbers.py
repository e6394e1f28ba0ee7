# Complex numbers: arithmetic, parsing, representation, special values, errors.
vals = [0j, 1j, 1 + 0j, 3 + 4j, -1.5 - 2.5j, complex(0.0, -0.0), complex(-0.0, 1), 1e300 + 1j, complex("inf"), complex("nanj")]
for a in vals:
    row = [repr(a), str(a), a.real, a.imag, a.conjugate(), -a, +a, bool(a)]
    try: row.append(abs(a))
    except OverflowError as e: row.append(str(e))
    print(*row)
    for b in vals[:6] + [2, 0.5, -3, True]:
        out = []
        for op in ("+", "-", "*", "/", "**", "==", "!="):
            try: out.append(repr(eval(f"a {op} b", {"a": a, "b": b})))
            except Exception as e: out.append(f"{type(e).__name__}: {e}")
        if a == a and abs(a.real) < 1e100: print("   ", repr(b), *out)
for text in ("1", "1j", "1+2j", " 1-2j ", "(1+2j)", "( 1+2j )", "j", "-j", "+1.5e3-2e-5j", "inf+nanj", "1_0+2_0j", "1 + 2j", "1+2", "1+2i", "", "()", "1j+2", "x", "1+j", "--1j", "1e400j", "(1+2j", "1+2j)", "nan-infj", "1.e1+.5j", "\n3J"):
    try: print(repr(text), complex(text))
    except Exception as e: print(repr(text), type(e).__name__, e)
for bad in ("complex()", "complex(1)", "complex(1, 2)", "complex(1.5, -0.0)", "complex(1j, 2j)", "complex(real=3, imag=4)", "complex('1', 2)", "complex(1, '2')", "complex([])", "complex(None)", "complex(1, 2, 3)", "complex(imag=1)", "1j < 2", "1j // 1", "1j % 1", "divmod(1j, 1)", "int(1j)", "float(1j)", "round(1j)", "1j & 1", "hash(1j), hash(1 + 0j), hash(3 + 4j)", "0j ** 0", "0j ** -1", "0j ** 1j", "1j ** 2", "1j ** 1j", "(1 + 2j) ** 3", "(1 + 2j) ** -2", "(1 + 2j) ** 0.5", "2 ** 1j", "(-1) ** 0.5", "pow(1j, 2, 3)", "1 / 0j", "1j / 2", "abs(3 + 4j)", "abs(1e300 + 1e300j)", "abs(1.7e308 + 1.7e308j)", "sum([1j, 2, 3.5])", "1j == 1j, 1j == 'a', 1 == 1 + 0j, True == 1 + 0j", "{1: 'a'}[1 + 0j]", "complex(type('C', (), {'__complex__': lambda s: 5})())", "complex(type('C', (), {'__complex__': lambda s: 5j})())", "complex(type('C', (), {'__float__': lambda s: 5.5})(), 1)", "complex(type('C', (), {'__index__': lambda s: 5})())", "sorted([1j, 2j])", "max(1j, 2)", "1j.real", "1j.__add__('a')", "(1j).__eq__(1), (1j).__lt__(1)", "1j.imag.__class__", "complex('1' * 10)", "10 ** 400 * 1j", "10 ** 400 == 1j", "1e200j * 1e200j", "1j * float('inf')", "(1 + 1j) / (1e-200 + 1e-200j)", "(1e300 + 1e300j) / (1e300 + 1e300j)", "1j .__bool__(), 0j.__bool__()", "isinstance(1j, complex)", "2j.conjugate() * 2j", "1j.__getnewargs__()", "3 - 4j - 3", "-0j, -(0j), 0 - 0j, -1j * 0", "1 - 1j, 1.0 - 1.5j, -1 - 1j"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
z = 0j
for c in (-0.5 + 0.5j, 0.3 + 0.5j, 1 + 1j):
    z, n = 0j, 0
    while n < 30 and abs(z) <= 2: z, n = z * z + c, n + 1
    print(c, n, f"{z:.6g}" if abs(z) < 1e10 else "far")
class C(complex):
    def __repr__(self): return "C" + super().__repr__()
print(C(1, 2), C(1) + 1, C("3j") == 3j, [C(0)], str(C(1)), f"{C(1, 2)}", C(5).real, type(C(1) * 2).__name__)
def fft(x):
    n = len(x)
    if n == 1: return x
    e, o = fft(x[::2]), fft(x[1::2])
    w = [(-1) ** (2 * k / n) * o[k] if 0 else complex(1, 0) * root(k, n) * o[k] for k in range(n // 2)]
    return [e[k] + w[k] for k in range(n // 2)] + [e[k] - w[k] for k in range(n // 2)]
def root(k, n):
    table = {(0, 1): 1, (0, 2): 1, (0, 4): 1, (1, 4): -1j, (0, 8): 1, (1, 8): 0.7071067811865476 - 0.7071067811865476j, (2, 8): -1j, (3, 8): -0.7071067811865476 - 0.7071067811865476j}
    return table[k, n]
print([f"{v:.3f}" for v in fft([1, 2, 3, 4, 4, 3, 2, 1])])
