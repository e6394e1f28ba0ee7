# Rich comparison: reflection, subclasses, NotImplemented, defaults, != from ==, inheritance, results of any type.
log = []
ops = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">": "gt", ">=": "ge"}


def make(label, behaviour, base=object, only=None):
    space = {"__repr__": lambda self: label, "__hash__": lambda self: 1}
    for op in ops.values():
        if only and op not in only: continue
        def method(self, other, op=op):
            log.append(f"{label}.{op}({other!r})")
            return behaviour(op)
        space[f"__{op}__"] = method
    return type(label, (base,), space)


def fail(op): raise KeyError(op)


A = make("A", lambda op: f"A says {op}")
N = make("N", lambda op: NotImplemented)
F = make("F", fail)
Eq = make("Eq", lambda op: "eq!", only=("eq",))
Lt = make("Lt", lambda op: [], only=("lt",))
Ge = make("Ge", lambda op: "ge!", only=("ge",))
Sub = make("Sub", lambda op: f"Sub says {op}", A)
SubN = make("SubN", lambda op: NotImplemented, A)
SubPlain = type("SubPlain", (A,), {"__repr__": lambda s: "SubPlain"})
P = type("P", (), {"__repr__": lambda s: "P"})
objects = [A(), N(), F(), Eq(), Lt(), Ge(), Sub(), SubN(), SubPlain(), P(), 3]
for symbol in ("<", "==", "!=", ">="):
    for a in objects:
        for b in objects:
            log.clear()
            try:
                r = repr(eval(f"a {symbol} b", {"a": a, "b": b}))
            except Exception as e:
                r = f"{type(e).__name__}: {e}"
            print(f"{a!r} {symbol} {b!r} = {r} {log}")
n = N()
print(n == n, n != n, n in [n], [n] == [n], (n,) < (n,), n is n)
f = F()
print(f in [f], [f] == [f], {f: 1} == {f: 1}, [f].index(f), [f].count(f))
for text in ("f == f", "[f] < [f]", "f in [3]", "[3].count(f)", "sorted([f, f])", "max(f, f)", "[f, 3].remove(3)", "{3: 1, f: 2}", "(f, 1) == (3, 1)", "min([3, f])"):
    try:
        print(text, eval(text))
    except Exception as e:
        print(text, type(e).__name__, e)


class Version:
    def __init__(self, *parts): self.parts = parts
    def __eq__(self, o): return isinstance(o, Version) and self.parts == o.parts
    def __lt__(self, o):
        if not isinstance(o, Version): return NotImplemented
        return self.parts < o.parts
    def __repr__(self): return ".".join(map(str, self.parts))


a, b, c = Version(1, 2), Version(1, 10), Version(2)
print(a < b, b > a, a > b, sorted([c, b, a]), max(a, b, c), min(c, b), a == Version(1, 2), a != b, sorted([a, c, b], reverse=True))
for text in ("a <= b", "a < 5", "5 > a", "hash(a)", "{a}", "a >= a"):
    try:
        print(text, eval(text))
    except TypeError as e:
        print(text, e)


class NeOnly:
    def __ne__(self, o): return "ne"


class EqNe:
    def __eq__(self, o): return []
    def __ne__(self, o): return object.__ne__(self, o)


class EqNone: __eq__ = None
class LtNone: __lt__ = None
class Unhash:
    __hash__ = None


print(NeOnly() == NeOnly(), NeOnly() != 1, EqNe() == 1, EqNe() != 1, EqNe.__hash__, NeOnly.__hash__ is object.__hash__)
for text in ("EqNone() == 1", "1 == EqNone()", "LtNone() < 1", "1 > LtNone()", "hash(EqNone())", "hash(Unhash())", "{Unhash(): 1}", "Unhash() == Unhash()"):
    try:
        print(text, eval(text))
    except TypeError as e:
        print(text, e)
print(object.__eq__(1, 1), object.__eq__(1, 2), object.__ne__(1, 1), object.__lt__(1, 2), (1).__eq__("a"), (1).__lt__(2.5), "a".__lt__(1), [].__eq__(()), (1.5).__gt__(1), None.__eq__(None), type.__eq__(int, str))
calls = []


class Chain:
    def __init__(self, n): self.n = n
    def __lt__(self, o): calls.append((self.n, o.n)); return Truth(self.n < o.n)


class Truth:
    def __init__(self, v): self.v = v
    def __bool__(self): calls.append(f"bool {self.v}"); return self.v
    def __repr__(self): return f"Truth({self.v})"


print(Chain(1) < Chain(2) < Chain(3), calls)
calls.clear()
print(Chain(2) < Chain(1) < Chain(3), calls)
calls.clear()
print(sorted([Chain(3), Chain(1)], key=lambda c: c)[0].n, calls, min(Chain(1), Chain(2)).n)
