# __build_class__: the order of evaluation of bases, keywords, metaclass, __prepare__, body, __set_name__, __init_subclass__; namespaces of all kinds.
log = []


def note(x): log.append(str(x)); return x


class Meta(type):
    @classmethod
    def __prepare__(m, n, b, **k): note(f"prepare {n} {[x.__name__ for x in b]} {k}"); return Space()
    def __new__(m, n, b, ns, **k): note(f"new {n} {type(ns).__name__} {k}"); return super().__new__(m, n, b, dict(ns))
    def __init__(c, n, b, ns, **k): note(f"init {n} {k}"); super().__init__(n, b, ns)


class Space(dict):
    def __setitem__(self, k, v): note(f"store {k}"); super().__setitem__(k, v)
    def __getitem__(self, k): note(f"load {k}"); return super().__getitem__(k)
    def __delitem__(self, k): note(f"delete {k}"); super().__delitem__(k)


class Named:
    def __init__(self, n): note(f"make {n}")
    def __set_name__(self, owner, name): note(f"set_name {owner.__name__}.{name}")


class Base:
    def __init_subclass__(cls, **k): note(f"init_subclass {cls.__name__} {k} {hasattr(cls, 'after')}")


class Entries:
    def __init__(self, *b): self.b = b
    def __mro_entries__(self, bases): note(f"mro_entries {len(bases)}"); return self.b


def deco(tag):
    note(f"decorator {tag} evaluated")
    def apply(c): note(f"decorator {tag} applied to {c.__name__}"); c.after = 1; return c
    return apply


def flush(): print("\n    ".join(log)); log.clear()


@deco("outer")
@deco("inner")
class Full((log.append("first base"), Base)[1], Entries(), metaclass=(log.append("metaclass"), Meta)[1]):
    note("body starts")
    a = Named("a")
    b = a
    c = note(1) + 1
    c
    del c
    def method(self): return __class__
    d = [x for x in range(2)]
    for e in "x": pass
    global g
    g = "global from the body"
    note("body ends")


flush()
print(g, Full().method() is Full, Full.d, Full.e, "c" in Full.__dict__)


class Plain(Base):
    x = Named("x")
    def f(self): return super().__repr__


flush()


def fails(where):
    class M(type):
        @classmethod
        def __prepare__(m, n, b): return 1 / 0 if where == "prepare" else {}
        def __new__(m, n, b, ns): return 1 / 0 if where == "new" else super().__new__(m, n, b, ns)
        def __init__(c, *a): 1 / 0 if where == "init" else None
    class S:
        def __set_name__(self, o, n): 1 / 0 if where == "set_name" else None
    class P:
        def __init_subclass__(c): 1 / 0 if where == "init_subclass" else None
    try:
        class C(P, metaclass=M):
            s = S()
            if where == "body": 1 / 0
            note(f"body of {where}")
        return C.__name__
    except Exception as e:
        return type(e).__name__, str(e)


for where in ("prepare", "new", "init", "set_name", "init_subclass", "body", "nowhere"): print(where, fails(where), log); log.clear()


class NewReturnsOther(type):
    def __new__(m, n, b, ns): return 42 if n == "Other" else super().__new__(m, n, b, ns)
    def __init__(c, *a): note("init called")


class Other(metaclass=NewReturnsOther): pass
print(Other, log); log.clear()


class BadCell(type):
    def __new__(m, n, b, ns):
        if n == "Drops": ns = {k: v for k, v in ns.items() if k != "__classcell__"}
        if n == "Wrong": ns["__classcell__"] = 5
        if n == "Twice": super().__new__(m, n, b, dict(ns))
        return super().__new__(m, n, b, ns)


for name in ("Fine", "Drops", "Wrong", "Twice"):
    try:
        exec(f"class {name}(metaclass=BadCell):\n def f(self): return __class__.__name__\nprint({name}().f())")
    except Exception as e: print(name, type(e).__name__, str(e).replace("<class '__main__.", "<"))
def by_hand(body, *a, **k):
    try: r = __build_class__(body, *a, **k)
    except Exception as e: return f"{type(e).__name__}: {e}"
    return r.__name__, r.__bases__, sorted(n for n in r.__dict__ if not n.startswith("__"))
def body(): x = 1
print(by_hand(body, "Hand"), by_hand(body), by_hand(5, "x"), by_hand(body, 5), by_hand(body, "H", int), by_hand(body, "H", 5), by_hand(body, "H", metaclass=5), by_hand(lambda: None, "L"), by_hand(len, "x"), by_hand(lambda x: 0, "y"), by_hand(body, "K", k=1))


class Module: pass
class Q(Module):
    __qualname__ = "renamed.Q"
    __module__ = "elsewhere"
    def f(self): pass
print(Q, Q.f.__qualname__, Q.__module__, Q.__name__)
try:
    class R: __qualname__ = 5
except TypeError as e: print(e)
class Slots:
    __slots__ = ("a", "b")
    c = 1
print(sorted(k for k in Slots.__dict__ if not k.startswith("__")), [type(v).__name__ for k, v in Slots.__dict__.items() if k in "abc"])
def nested():
    v = "closure"
    class A:
        x = v
        class B:
            y = v
            def f(self): return v, __class__.__name__
        def g(self): return self.B().f(), __class__.__name__
    return A
print(nested()().g(), nested().__qualname__, nested().B.__qualname__)
type_args = []
class Spy(type):
    def __new__(m, *a, **k): type_args.append((a[0], a[1], sorted(a[2]), k)); return type.__new__(m, *a)
    def __init__(c, *a, **k): pass
class X(metaclass=Spy, one=1): y = 2
class Z(X, two=2): "doc"
print(type_args)
if 1:
    class Cond: v = 1
else:
    class Cond: v = 2
print(Cond.v, [type(f"C{i}", (), {"n": i}).n for i in range(3)])
