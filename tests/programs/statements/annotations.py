# Annotations: module, class and function level, evaluation order, __annotations__, no evaluation in functions.
log = []


def note(x):
    log.append(x)
    return x


a: note("int") = note(1)
b: note("declared only")
(c): note("parenthesised") = 3
print(log, __annotations__)
log.clear()
try:
    b
except NameError as e:
    print(e)


class C:
    x: int
    y: "str" = "why"
    z: list[int] = [1]
    __private: float = 1.0

    def m(self, p: note("p"), *args: note("args"), k: note("k") = note("default"), **kw: note("kw")) -> note("return"):
        local: note("never evaluated") = 1
        only: undefined_name
        self.attr: note("evaluated, as the target is not a name") = 2
        return local


print(log)
log.clear()
print(C.__annotations__)
print(C.m.__annotations__)
print(C().m(1), log)
log.clear()
o = C()
o.field: note("attr annotation") = note("attr value")
o.other: note("attr only")
d = {}
d[note("key")]: note("item annotation") = note("item value")
print(log, d, hasattr(o, "other"))


def f(a: 1, /, b: 2 = 0, *, c: 3): pass


print(f.__annotations__)
f.__annotations__["b"] = "changed"
print(f.__annotations__)
f.__annotations__ = {"new": 1}
print(f.__annotations__)
del f.__annotations__
print(f.__annotations__)
for bad in (1, "x", []):
    try:
        f.__annotations__ = bad
    except TypeError as e:
        print(e)
print((lambda x: x).__annotations__)


class Empty: pass


class Derived(C):
    w: bytes


print(Empty.__annotations__, Derived.__annotations__)
Empty.__annotations__["late"] = int
print(Empty.__annotations__)
print(type("T", (), {}).__annotations__)
try:
    int.__annotations__
except AttributeError as e:
    print(e)


def local_only():
    try:
        x: int
        return x
    except UnboundLocalError as e:
        return str(e)


print(local_only())


class Order:
    def __class_getitem__(cls, item): return f"Order[{item}]"


def g(x: Order["a"], y: Order[1, 2]) -> Order[...]: ...


print(g.__annotations__)
for source in ("from __future__ import annotations\nx: undefined = 1\ndef f(a: b.c[1], *d: 1 + 2, e: 'quoted' = 3) -> (lambda q: q * 2): pass\n"
               "class K:\n  y: not_there | None\nprint(__annotations__, f.__annotations__, K.__annotations__)",):
    exec(source, {})
exec("""
from __future__ import annotations
def f(a: x if y else z, b: (1, 2), c: [i for i in j if i], d: {1: 2, **e}, g: f'{h!r:>{w}} t', i: -x ** 2, j: 3,
      k: a < b <= c, l: not a or b and c, m: x[1:2, ::3], n: f(*a, k=1, **b), o: (x.y).z, p: 'a' "b", q: ..., r: {1, 2}, s: ()):
    pass
for k, v in f.__annotations__.items():
    print(k, v)
""", {})
x: int = 1; y: str = "two"
print(sorted(k for k in __annotations__))
