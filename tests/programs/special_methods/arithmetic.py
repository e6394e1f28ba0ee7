# Every binary operator: normal, reflected and in-place methods, each defined, missing, returning NotImplemented or raising.
names = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul", "<<": "lshift", ">>": "rshift", "&": "and", "|": "or", "^": "xor"}
log = []


def make(label, behaviour, base=object, methods=None):
    """A class whose every operator method logs itself, then behaves as told."""
    space = {"__repr__": lambda self: label}
    for op in names.values():
        for prefix in ("", "r", "i"):
            if methods is not None and prefix not in methods: continue
            def method(self, other, mod=None, prefix=prefix, op=op):
                log.append(f"{label}.__{prefix}{op}__({other!r})")
                return behaviour(f"{label}:{prefix}{op}")
            space[f"__{prefix}{op}__"] = method
    return type(label, (base,), space)


def answer(x): return x
def decline(x): return NotImplemented
def fail(x): raise ValueError(x)


A = make("A", answer)
N = make("N", decline)
F = make("F", fail)
L = make("L", answer, methods=("",))
R = make("R", answer, methods=("r",))
I = make("I", answer, methods=("i",))
E = type("E", (), {"__repr__": lambda s: "E"})
SubA = make("SubA", answer, A)
SubN = make("SubN", decline, A)
SubInherit = type("SubInherit", (A,), {"__repr__": lambda s: "SubInherit"})
OnlyR = make("OnlyR", answer, L, methods=("r",))
objects = [A(), N(), F(), L(), R(), I(), E(), SubA(), SubN(), SubInherit(), OnlyR(), 5]
for symbol in ("+", "**", "@"):
    for a in objects:
        for b in objects:
            for text in (f"a {symbol} b", f"a {symbol}= b"):
                log.clear()
                space = {"a": a, "b": b}
                try:
                    if "= " in text:
                        exec(text, space); r = repr(space["a"])
                    else:
                        r = repr(eval(text, space))
                except Exception as e:
                    r = f"{type(e).__name__}: {e}"
                print(f"{a!r} {text[2:-2]} {b!r} -> {r} [{' '.join(log)}]")
for symbol in names:
    for a, b in ((A(), 1), (1, A()), (N(), A()), (N(), N()), (E(), 1), (A(), SubA()), (SubInherit(), A()), (1, E()), (None, R())):
        for text in (f"a {symbol} b", f"a {symbol}= b"):
            log.clear()
            space = {"a": a, "b": b}
            try:
                exec("r = " + text if "= b" not in text else text, space)
                r = repr(space["a"] if "= b" in text else space["r"])
            except Exception as e:
                r = f"{type(e).__name__}: {e}"
            print(symbol, len(text), r, log)
print(pow(A(), 2), pow(A(), 2, 3), pow(2, 3, 5))
for args in ((2, A(), 3), (2, 3, A()), (N(), 2, 3), (E(), 1), ("a", 1, 2), (2.0, 3, 4), (2, 3, "x"), (2, -1, 4), (2, 3, 0)):
    try:
        print(pow(*args))
    except Exception as e:
        print(type(e).__name__, e)


class D:
    def __divmod__(self, o): return "divmod", o
    def __rdivmod__(self, o): return "rdivmod", o


print(divmod(D(), 1), divmod(1, D()))
for a, b in ((E(), 1), (1, E()), ("a", 1), (1, 0), (1.5, 0), (1j, 1)):
    try:
        print(divmod(a, b))
    except Exception as e:
        print(type(e).__name__, e)
