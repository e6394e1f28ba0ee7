# Deep data: nested lists, tuples and dicts compared, printed, hashed, pickled nowhere; RecursionError or an answer, never a crash.
def nest(n, make):
    x = make(None)
    for _ in range(n): x = make(x)
    return x


def outcome(f):
    try: r = f()
    except RecursionError as e: return "RecursionError " + str(e).split("exceeded")[1]
    except Exception as e: return type(e).__name__
    return r if isinstance(r, (bool, int)) else len(r)


makers = {"list": lambda x: [x], "tuple": lambda x: (x,), "dict": lambda x: {"k": x}, "set-like": lambda x: frozenset([x]), "mixed": lambda x: [({"k": x},)]}
for name, make in makers.items():
    for depth in (50, 15000 if name != "mixed" else 5000):
        a, b = nest(depth, make), nest(depth, make)
        print(name, depth, outcome(lambda: repr(a)), outcome(lambda: a == b), outcome(lambda: a == a), outcome(lambda: hash(a)) if name in ("list", "dict", "mixed") else isinstance(outcome(lambda: hash(a)), (int, str)), outcome(lambda: str([a])), outcome(lambda: [a] != [b]), outcome(lambda: a in [b]))
        del a, b
loop = []
loop.append(loop)
other = []
other.append(other)
print(outcome(lambda: loop == other), outcome(lambda: repr(loop)), outcome(lambda: loop == loop), outcome(lambda: loop < other), outcome(lambda: [loop].index(other)), outcome(lambda: loop in other))
d = {}
d["d"] = d
e = {}
e["d"] = e
print(outcome(lambda: d == e), repr(d), outcome(lambda: d == d))


class Node:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __repr__(self): return f"N{self.n!r}"
    def __hash__(self): return hash(self.n)
    def __len__(self): return len(self.n) + 1
    def __bool__(self): return bool(self.n)
    def __iter__(self): return iter(self.n)
    def __getattr__(self, a):
        if a.startswith("__"): raise AttributeError(a)
        return getattr(self.n, a)
    def __add__(self, o): return self.n + o


def chain(n, end):
    for _ in range(n): end = Node(end)
    return end


for depth in (100, 5000):
    a, b = chain(depth, [1]), chain(depth, [1])
    print(depth, outcome(lambda: a == b), outcome(lambda: repr(a)), outcome(lambda: hash(chain(depth, "s")) == hash("s")), outcome(lambda: len(a)), outcome(lambda: bool(a)), outcome(lambda: list(a)), outcome(lambda: a.append(1) is None), outcome(lambda: a + [2]))
    while isinstance(a, Node): a = a.n
    while isinstance(b, Node): b = b.n
for depth in (50, 4000):
    f = lambda: 0
    for _ in range(depth): f = (lambda g: lambda: g() + 1)(f)
    print(depth, outcome(f))
    it = iter([1, 2, 3])
    for _ in range(depth): it = (x for x in it)
    print(depth, outcome(lambda: list(it)))
    s = "1"
    for _ in range(depth // 50): s = f"({s})"
    print(outcome(lambda: eval(s)))


class A: pass
for _ in range(300): A = type("A", (A,), {})
print(len(A.__mro__), isinstance(A(), object), A().__class__.__name__, hasattr(A(), "nothing"))
t = (int,)
for _ in range(90): t = (t, str)
print(outcome(lambda: isinstance(1.5, t)), outcome(lambda: isinstance(1, t)))
for _ in range(30000): t = (t, str)
print(outcome(lambda: isinstance(1.5, t)))
x = None
for i in range(200000): x = (x, i)
del x
err = ValueError(0)
for i in range(20000):
    e = ValueError(i)
    e.__context__ = err
    err = e
n = 0
while err: err = err.__context__; n += 1
print(n)
