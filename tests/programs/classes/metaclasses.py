# Metaclasses: __prepare__, __new__, __init__, __call__, keyword arguments, conflicts, derived metaclass choice, type().
class Meta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        print("prepare", mcls.__name__, name, [b.__name__ for b in bases], kw)
        return {"injected": name.lower()}

    def __new__(mcls, name, bases, ns, **kw):
        print("new", name, [k for k in ns if not k.startswith("__")], kw)
        return super().__new__(mcls, name, bases, {**ns, "added": 1})

    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)

    def __call__(cls, *args, **kw):
        print("call", cls.__name__, args, kw)
        obj = super().__call__(*args, **kw)
        obj.made = True
        return obj

    def __len__(cls): return 42
    def __getitem__(cls, k): return cls.__name__ * k
    def __getattr__(cls, name): return f"meta getattr {name}"
    def __iter__(cls): return iter("abc")
    def __contains__(cls, x): return x == 1
    def __add__(cls, o): return f"{cls.__name__}+{o.__name__}"
    def __repr__(cls): return f"<{cls.__name__}>"
    def __bool__(cls): return False
    def __eq__(cls, o): return "eq"
    def __hash__(cls): return 7
    prop = property(lambda cls: "prop of " + cls.__name__)
    def method(cls): return "method of " + cls.__name__


class A(metaclass=Meta, opt=1):
    x = injected
    def __init__(self, v=0): self.v = v


class B(A, other=2): pass


print(A.x, B.x, A.added, B.injected, len(A), A[2], list(A), 1 in A, 2 in A, A + B, A, [A], bool(A), A == B, hash(A))
print(A.prop, A.method(), A.missing, B.nothing)
a = A(5)
print(a.made, a.v, type(a), isinstance(a, A), type(A) is Meta)
for name in ("prop", "method", "missing"):
    try:
        getattr(a, name)
    except AttributeError as e:
        print(e)


class M1(type): pass
class M2(type): pass
class M3(M1): pass
class X(metaclass=M1): pass
class Y(metaclass=M2): pass
class Z(X, metaclass=M3): pass
print(type(Z).__name__, type(type("T", (Z,), {})).__name__)
for source in ("class W(X, Y): pass", "class W(X, metaclass=M2): pass", "M2('W', (X,), {})", "class W(metaclass=type, x=1): pass", "class W(metaclass=5): pass",
               "class W(metaclass=lambda n, b, d: 1 / 0): pass", "type('a', 5, {})", "type('a', (), 5)", "type(1, (), {})", "type('a', ())", "type()", "type(1, 2, 3, 4)", "type('a', (5,), {})",
               "type('a\\0b', (), {})", "type('a', (), {}, x=1)", "type('a', (), {'__slots__': 5})", "type('a', (), {1: 2})"):
    try:
        exec(source)
        print("fine", source)
    except Exception as e:
        print(source, "->", type(e).__name__, e)


def function_meta(name, bases, ns, **kw):
    return name, bases, sorted(k for k in ns if not k.startswith("__")), kw


class Fn(int, metaclass=function_meta, k=1):
    a = 1


print(Fn)


class BadPrepare(type):
    @classmethod
    def __prepare__(mcls, name, bases): return 5


class NoneInit(type):
    def __init__(cls, *a): return 5


for meta in (BadPrepare, NoneInit):
    try:
        class Q(metaclass=meta): pass
    except TypeError as e:
        print(e)


class Logged(dict):
    def __setitem__(self, k, v):
        if not k.startswith("__"): print("set", k)
        super().__setitem__(k, v)
    def __getitem__(self, k):
        if not k.startswith("__"): print("get", k, k in self)
        return super().__getitem__(k)


class Space(type):
    def __prepare__(name, bases): return Logged()
    __prepare__ = staticmethod(__prepare__)


class S(metaclass=Space):
    one = 1
    two = one + 1
    n = len("abc")
    def f(self): pass
    del one


print(hasattr(S, "one"), S.two, S.n)
T = type("Dynamic", (A,), {"y": 1, "f": lambda self: self.y, "__doc__": "d"})
print(T, T(1).f(), T.__doc__, T.__module__, type("N", (), {}).__name__, type("N", (int,), {"__qualname__": "q.N"}).__qualname__)


class Singleton(type):
    _all = {}
    def __call__(cls, *a):
        if cls not in cls._all: cls._all[cls] = super().__call__(*a)
        return cls._all[cls]


class Only(metaclass=Singleton):
    def __init__(self, v): self.v = v


print(Only(1) is Only(2), Only(3).v)


class Inst(type):
    def __instancecheck__(cls, o): return o == "yes"
    def __subclasscheck__(cls, o): return o is int


class Check(metaclass=Inst): pass


print(isinstance("yes", Check), isinstance(5, Check), issubclass(int, Check), issubclass(str, Check), isinstance(Check(), Check), isinstance("yes", (int, Check)), issubclass(Check, Check))


class Meta2(type):
    def mro(cls): return [cls, Extra, object] if "Extra" in globals() else super().mro()


class Extra:
    extra = "from extra"


class Custom(metaclass=Meta2): pass


print(Custom.__mro__, Custom.extra, Custom().extra)


class MetaMeta(type):
    def __call__(mm, *a): print("metameta", mm.__name__, a[0]); return super().__call__(*a)


class M(type, metaclass=MetaMeta): pass


class Last(metaclass=M): pass


print(type(type(Last)).__name__)
