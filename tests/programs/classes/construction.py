# __new__ and __init__: order, results, arguments checked by object, subclasses of builtin types, copies of state.
class A:
    def __new__(cls, *args, **kw):
        print("new", cls.__name__, args, kw)
        return super().__new__(cls)
    def __init__(self, *args, **kw): print("init", args, kw)


class B(A):
    def __init__(self, x): super().__init__("from B", x=x)


a = A(1, k=2); b = B(5)


class Other:
    def __new__(cls, v): return v
    def __init__(self, v): print("init called", v)


print(Other(5), Other("s"), type(Other(Other.__new__(Other, None))))


class ReturnsSub:
    def __new__(cls, kind=None): return object.__new__(kind or cls)
    def __init__(self, kind=None): print("init of", type(self).__name__)


class SubOf(ReturnsSub): pass


ReturnsSub(SubOf); SubOf()


class OnlyNew:
    def __new__(cls, a, b=2): self = object.__new__(cls); self.v = a, b; return self


class OnlyInit:
    def __init__(self, a): self.a = a


class Neither: pass


print(OnlyNew(1).v, OnlyInit(2).a)
for bad in ("OnlyNew()", "OnlyInit()", "OnlyInit(1, 2)", "Neither(1)", "Neither(x=1)", "object.__new__(OnlyNew, 1, 2).__class__.__name__", "object.__new__(Neither, 1)", "object.__new__(OnlyInit, 1).__class__.__name__",
            "Neither().__init__(1)", "OnlyNew(1).__init__(9)", "OnlyInit(1).__init__()", "A.__new__()", "A.__new__(5)", "A.__new__(int)", "int.__new__(A)", "int.__new__(bool, 1)", "bool.__new__(bool, [])", "list.__new__(list, 1, 2)", "object.__new__(list)", "object.__new__(type)",
            "object()", "object(1)", "type.__new__(type, 'X', (), {})", "tuple.__new__(tuple, 5)", "float.__new__(str)", "A.__init__(5)", "dict.__new__(dict, 1, 2, 3)", "type.__call__(Neither, 1)", "dict(5)", "set.__new__(set, 5)"):
    try:
        print(bad, "=", repr(eval(bad)).split(" at ")[0])
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class BadInit:
    def __init__(self, v): return v


for v in (None, 5, "x", [], False):
    try:
        BadInit(v); print("fine")
    except TypeError as e:
        print(e)


class NoNew: __new__ = None
class NoInit: __init__ = None
class IntNew: __new__ = 5


for cls in (NoNew, NoInit, IntNew):
    try:
        cls()
    except TypeError as e:
        print(e)


class Celsius(float):
    def __new__(cls, v, unit="C"): self = super().__new__(cls, v); self.unit = unit; return self
    def __repr__(self): return f"{float(self)}{self.unit}"


class Pair(tuple):
    def __new__(cls, a, b): return super().__new__(cls, (a, b))
    first = property(lambda s: s[0])


class Upper(str):
    def __new__(cls, s=""): return super().__new__(cls, s.upper())
    def __init__(self, s=""): self.original = s


class Bag(dict):
    def __init__(self, *a, **k): super().__init__(*a, **k); self.extra = len(self)
    def __missing__(self, k): return f"no {k}"


class Stack(list):
    def __init__(self, *items): super().__init__(items)
    def push(self, x): self.append(x); return self


class Set(set):
    def __init__(self, it=(), name="s"): super().__init__(it); self.name = name


class Froz(frozenset):
    def __new__(cls, *items): return super().__new__(cls, items)


class Err(Exception):
    def __init__(self, code, msg): super().__init__(msg); self.code = code


print(Celsius(5), Celsius("3.5", "K"), Celsius(1) + 1, Pair(1, 2), Pair(1, 2).first, Upper("abc"), Upper("x").original, len(Upper("abc")), Bag(a=1), Bag({"b": 2}).extra, Bag()["q"], Bag().get("q"))
print(Stack(1, 2).push(3), Set([1], name="n").name, Froz(1, 2) == {1, 2}, Err(5, "m").args, Err(5, "m").code, Err(6, "z"), repr(Err(7, "r")), type(Celsius(2) * 2).__name__, type(Set([1]) | {2}).__name__, type(Stack(1) + [2]).__name__)


class Counted:
    live = 0
    def __new__(cls): cls.live += 1; return super().__new__(cls)
    def __del__(self): type(self).live -= 1


x = [Counted() for _ in range(3)]
print(Counted.live)
del x[0]
print(Counted.live)
x = None
print(Counted.live)


class FailsInit:
    def __init__(self): raise ValueError("no")
    def __del__(self): print("half-made object freed")


try:
    FailsInit()
except ValueError as e:
    print(e)
    e = None
print("end")
A.__new__ = lambda cls, *a: object.__new__(cls)
A.__init__ = lambda self, *a: print("patched init", a)
A(1)
del A.__new__, A.__init__
try:
    A(1)
except TypeError as e:
    print(e)
