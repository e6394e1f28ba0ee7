# Weak proxies: forwarding of operations, dead proxies, callable proxies, callbacks.
import _weakref
proxy, ref = _weakref.proxy, _weakref.ref


class Num:
    def __init__(self, v): self.v = v
    def __add__(self, o): return ("add", self.v, getattr(o, "v", o))
    def __radd__(self, o): return ("radd", self.v, o)
    def __iadd__(self, o): self.v += o; return self
    def __sub__(self, o): return ("sub", o)
    def __mul__(self, o): return ("mul", o)
    def __neg__(self): return -self.v
    def __abs__(self): return abs(self.v)
    def __int__(self): return self.v
    def __float__(self): return float(self.v)
    def __index__(self): return self.v
    def __bool__(self): return self.v != 0
    def __len__(self): return 3
    def __getitem__(self, k): return ("item", k)
    def __setitem__(self, k, v): print("setitem", k, v)
    def __delitem__(self, k): print("delitem", k)
    def __contains__(self, x): return x == self.v
    def __iter__(self): return iter([1, 2])
    def __str__(self): return "str of Num"
    def __repr__(self): return "repr of Num"
    def __lt__(self, o): return ("lt", getattr(o, "v", o))
    def __eq__(self, o): return ("eq", getattr(o, "v", o))
    __hash__ = None
    def __bytes__(self): return b"bytes"
    def __matmul__(self, o): return ("matmul", o)
    def __divmod__(self, o): return ("divmod", o)
    def __pow__(self, o, m=None): return ("pow", o, m)
    def __round__(self, n=None): return ("round", n)
    def __enter__(self): return "entered"
    def __exit__(self, *a): print("exit"); return True
    def method(self, *a): return (self.v, a)
    @property
    def prop(self): return self.v * 2


o = Num(5)
p = proxy(o)
print(type(p).__name__, p.v, p.method(1), p.prop, p + 1, 1 + p, p - 2, p * 3, -p, abs(p), int(p), float(p), bool(p), len(p), p["k"], 5 in p, list(p), str(p), p < 3, p == 9, bytes(p), p @ 1, divmod(p, 2), pow(p, 2), [10, 20, 30, 40, 50, 60][p], f"{p}", isinstance(p, Num), p.__class__.__name__, proxy(o) is p, p + p, hasattr(p, "zzz"), repr(p).split(" at ")[0])
p[1] = 2
del p[1]
p.new = "set through"
print(o.new)
del p.new
print(hasattr(o, "new"))
p += 10
print(type(p).__name__, o.v)
p = proxy(o)
for f in (lambda: hash(p), lambda: p(), lambda: next(p), lambda: round(p), lambda: p.zzz, lambda: p > 1, lambda: ~p, lambda: p // 2, lambda: p << 1, lambda: complex(p)):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
try:
    with p: print("in with")
except (TypeError, AttributeError) as e: print(e)


class Call:
    def __call__(self, *a, **k): return a, k


c = Call()
cp = proxy(c)
print(type(cp).__name__, cp(1, x=2), callable(cp))
f = lambda x: x * 2
print(proxy(f)(21))


class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self): self.n += 1; return self.n if self.n < 4 else (_ for _ in ()).throw(StopIteration)


it = It()
ip = proxy(it)
print(next(ip), next(ip))
log = []
q = proxy(o, lambda r: log.append(type(r).__name__))
del o
for text in ("p.v", "p + 1", "1 + p", "str(p)", "len(p)", "p.x = 1", "del p.x", "p[0]", "bool(p)", "p == 1", "list(p)", "p()", "hash(p)", "repr(p)[:9]", "p.__class__", "isinstance(p, Num)", "int(p)", "5 in p", "p < p", "p += 1", "f'{p}'", "-p", "next(p)"):
    try: exec(f"print({text})" if "= " not in text and "del" not in text else text)
    except ReferenceError as e: print(text, "ReferenceError", e)
    except Exception as e: print(text, type(e).__name__, e)
print(log, type(q).__name__)
for bad in (5, "s", None, [], (1,)):
    try: proxy(bad)
    except TypeError as e: print(e)
try: proxy()
except TypeError as e: print(e)
class Node:
    def __init__(self, v, parent=None):
        self.v, self.kids = v, []
        self.parent = proxy(parent) if parent is not None else None
        if parent is not None: parent.kids.append(self)
    def path(self): return (self.parent.path() if self.parent is not None else "") + "/" + self.v
    def __del__(self): print("freed", self.v)
root = Node("root"); a = Node("a", root); b = Node("b", a)
print(b.path(), [k.v for k in root.kids])
del root
try: print(a.path())
except ReferenceError as e: print(e)
del a, b
print("end")
