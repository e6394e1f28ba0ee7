# Weak references: creation, death, callbacks, order, identity, equality, hashing, subclasses, unsupported types.
import sys
weakref_type = None
try:
    import _weakref
    ref, proxy, getweakrefcount, getweakrefs = _weakref.ref, _weakref.proxy, _weakref.getweakrefcount, _weakref.getweakrefs
except ImportError as e:
    print(e)


class C:
    def __init__(self, v=0): self.v = v
    def __eq__(self, o): return isinstance(o, C) and self.v == o.v
    def __hash__(self): return hash(self.v)
    def __repr__(self): return f"C({self.v})"
    def method(self): return self.v


o = C(1)
r = ref(o)
print(r() is o, ref(o) is r, getweakrefcount(o), getweakrefs(o) == [r], r.__callback__, type(r).__name__, repr(r).split(" at ")[0], hash(r) == hash(o), r == ref(C(1)) if 0 else "")
log = []
r2 = ref(o, lambda w: log.append(("callback", w() is None, w is r2)))
r3 = ref(o, lambda w: log.append("second callback"))
print(r2 is not r, r2 == r, getweakrefcount(o), [x is r for x in getweakrefs(o)][0])
del o
print(r(), r2(), log, repr(r).split(" ")[1:2], "dead" in repr(r))
a, b = C(5), C(5)
ra, rb = ref(a), ref(b)
print(ra == rb, ra is rb, hash(ra) == hash(rb), {ra: 1}[rb], ra != rb)
h = hash(ra)
del a, b
print(ra == rb, ra == ra, hash(ra) == h)
c = C([1])
rc = ref(c)
try: hash(rc)
except TypeError as e: print(e)
del c
try: hash(rc)
except TypeError as e: print(e)
d = C(2); rd = ref(d); del d
try: hash(rd)
except TypeError as e: print(e)
for bad in (5, "s", [], {}, (), None, object(), 1.5, b"", len, range(3), int, C, lambda: 0, C().method, set(), frozenset(), (i for i in ()), sys, slice(1), bytearray(), memoryview(b""), Exception(), type("S", (), {"__slots__": ()})(), type("W", (), {"__slots__": "__weakref__"})(), type("L", (list,), {})(), type("I", (int,), {})(), type("T", (tuple,), {})(), type("D", (dict,), {})(), property(), staticmethod(len), C.method, sys.stdout, iter([]), ..., type(sys)("m")):
    try: ref(bad); print(type(bad).__name__, "ok")
    except TypeError as e: print(type(bad).__name__, "|", e)
for f in (lambda: ref(), lambda: ref(1, 2, 3), lambda: ref(C, callback=1), lambda: ref(C, 5).__callback__, lambda: ref(C)(1), lambda: setattr(ref(C), "x", 1), lambda: setattr(ref(C), "__callback__", 1), lambda: ref(C) < ref(C), lambda: getweakrefcount(5), lambda: getweakrefs(5), lambda: ref(C) == 5):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
order = []


class D:
    def __init__(self, n): self.n = n
    def __del__(self): order.append(f"del {self.n} refs alive: {self.w() is not None}")


x = D("x")
x.w = ref(x)
keep = ref(x, lambda w: order.append("callback x"))
keep2 = ref(x, lambda w: order.append("callback x2"))
del x
print(order)
order.clear()


class R(D):
    def __del__(self): order.append("resurrecting"); saved.append(self)


saved = []
y = R("y")
w = ref(y, lambda r: order.append("cleared"))
del y
print(order, w() is None, saved[0].n)
saved.clear()
print(order)
t = C("m")
bound = ref(t.method)
print(bound(), ref(C.method)() is C.method)


class MyRef(ref):
    __slots__ = "key", "extra"
    def __new__(cls, o, cb=None, key=None): self = super().__new__(cls, o, cb); self.key = key; return self
    def __init__(self, o, cb=None, key=None): super().__init__(o, cb)


t1, t2 = MyRef(t, None, "k"), MyRef(t)
print(t1.key, t2.key, t1 is t2, t1() is t, ref(t) is t1, isinstance(t1, ref), t1 == ref(t), getweakrefcount(t))


class Registry:
    """A weak-valued dictionary from plain references."""
    def __init__(self): self.d = {}
    def __setitem__(self, k, v): self.d[k] = MyRef(v, self.gone, k)
    def gone(self, r): print("gone", r.key); del self.d[r.key]
    def __getitem__(self, k):
        o = self.d[k]()
        if o is None: raise KeyError(k)
        return o


reg = Registry()
p, q = C("p"), C("q")
reg["p"], reg["q"] = p, q
print(reg["p"], sorted(reg.d))
p = None
print(sorted(reg.d))
try: reg["p"]
except KeyError as e: print(repr(e))


def failing(r): raise ValueError("in callback")


def cycle():
    n = C("cycle")
    n.me = n
    return ref(n, lambda r: log.append("cycle collected"))


log.clear()
import gc
wr = cycle()
print(wr() is None, log)
gc.collect()
print(wr() is None, log)
z = C("z")
rs = [ref(z, lambda r, i=i: log.append(i)) for i in range(5)]
del rs[2]
log.clear(); del z
print(log)
