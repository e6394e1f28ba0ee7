# __hash__ and __len__ of Python where they are asked first: how often, what their answers may be, what they may change, how deep.
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): print("hash", self.n); return self.n
    def __eq__(self, o): print("eq", self.n, getattr(o, "n", o)); return self.n == getattr(o, "n", o)
    def __len__(self): print("len"); return self.n
    def __repr__(self): return "K%d" % self.n
a, b, c = K(1), K(2), K(1)
print({1, 2, a}, {a, b, c}, {a, a})
print({a: 1, b: 2, c: 3}, {x for x in (a, b, c)}, {x: 1 for x in (a, b)})
d = {a: 1, 5: 6}
print(d[a], c in d, 7 in d, b in d, d[c])
d[b] = 3; d[c] = 4
print(d, len(a), hash(a), hash(b))
class Bad:
    def __hash__(self): return "x"
    def __len__(self): return -1
class Raises:
    def __hash__(self): raise KeyError("h")
    def __len__(self): return 2.5
class Big:
    def __hash__(self): return 1 << 70
    def __len__(self): return 1 << 70
class Gen:
    def __hash__(self): yield 1
    def __len__(self): yield 1
class Minus:
    def __hash__(self): return -1
    def __len__(self): return True
def tests(x):
    for f in (lambda: {1, x}, lambda: {x: 1}, lambda: {1: 2}[x], lambda: x in {1: 2}, lambda: x in {1, 2}, lambda: len(x), lambda: hash(x), lambda: {y for y in (x, x)}, lambda: d.__setitem__(x, 1), lambda: d.get(x)):
        try: r = f(); print(type(r).__name__, r if isinstance(r, int) else len(r) if r is not None else None)
        except Exception as e: print(type(e).__name__, str(e)[:60] if type(e) is not KeyError or type(x) is Raises else '', e.__traceback__.tb_next.tb_lineno)
    try: d[x] = 1
    except Exception as e: print(type(e).__name__, str(e)[:60])
    d.pop(x, None) if x.__class__ in (Minus, Big) else None
for x in (Bad(), Raises(), Big(), Gen(), Minus()): print("--", type(x).__name__); tests(x)
class Grows:
    def __hash__(self):
        s.add(len(s)); return 3
s = {1}
print(len({Grows(), 2}), Grows() in s, sorted(s))
import sys
def deep(n):
    class D:
        def __hash__(self): return deep(n - 1)
        def __len__(self): return deep(n - 1)
    if n == 0: return 0
    return len({D()}) if n % 2 else len(D())
print(deep(200))
for op in ("len(D())", "hash(D())", "{D()}", "{D(): 1}", "{1: 2}[D()]", "D() in {1: 2}", "D() in {1, 2}"):
    def again():
        class D:
            def __hash__(self): return again()
            def __len__(self): return again()
        return eval(op)
    try: again()
    except RecursionError as e: print(op, str(e)[:32])
class Sub(dict):
    def __contains__(self, key): return "own"
    def __missing__(self, key): return "missing"
e = Sub({a: 1})
print(e[a], e[b], a in e, len(Sub()), {*(), a}, {**{a: 2}})
print(b"abcd".hex(type("S", (str,), {"__len__": lambda self: 1})("")), b"ab".hex(type("B", (bytes,), {"__len__": lambda self: 1})(b"-")))
def traced(frame, event, arg):
    if event == "line": lines.append(frame.f_lineno - start)
    return traced
def lined():
    x = {a,
         b}
    y = a in d
    return d[a], len(a)
lines, start = [], lined.__code__.co_firstlineno
sys.settrace(traced)
lined()
sys.settrace(None)
print(lines)
