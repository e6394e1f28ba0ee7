# super(), property, classmethod, staticmethod and bound methods reached through every path, so that each takes both its fast and its general way.
log = []


class Base:
    def method(self, *a): return "base", a
    @classmethod
    def cm(cls): return "base cm", cls.__name__
    @staticmethod
    def sm(): return "base sm"
    @property
    def prop(self): return "base prop"
    @prop.setter
    def prop(self, v): log.append(f"base set {v}")
    @prop.deleter
    def prop(self): log.append("base delete")
    attr = "base attr"
    def __getattr__(self, n): return f"base getattr {n}"
    def __getitem__(self, k): return "base item", k
    def __call__(self, *a): return "base call", a
    def __add__(self, o): return "base add", o
    def __eq__(self, o): return "base eq"
    __hash__ = None
    def __len__(self): return 3
    def __iter__(self): yield "base iter"
    def __repr__(self): return f"<{type(self).__name__}>"
    def __init_subclass__(cls, **k): super().__init_subclass__(**k); log.append(f"subclass {cls.__name__}")


class Kid(Base):
    def method(self, *a): return "kid", super().method(*a), super(Kid, self).method(1)
    @classmethod
    def cm(cls): return "kid cm", super().cm(), super(Kid, cls).cm()
    @staticmethod
    def sm(): return "kid sm", Base.sm(), super(Kid, Kid).sm()
    @property
    def prop(self): return "kid prop", super().prop
    @prop.setter
    def prop(self, v): super(Kid, type(self)).prop.fset(self, ("kid", v))
    @prop.deleter
    def prop(self): super(Kid, type(self)).prop.__delete__(self)
    @property
    def attr(self): return "kid attr", super().attr, super().nothing
    def __getitem__(self, k): return "kid item", super().__getitem__(k)
    def __call__(self, *a): return "kid call", super().__call__(*a)
    def __add__(self, o): return "kid add", super().__add__(o)
    def __eq__(self, o): return "kid eq", super().__eq__(o)
    def __len__(self): return super().__len__() + 1
    def __iter__(self):
        yield "kid iter"
        yield from super().__iter__()
    def __getattr__(self, n): return "kid", super().__getattr__(n)


for make in (Base, Kid, type("Mixed", (Kid,), {"extra": 1}), type("Slotted", (Kid,), {"__slots__": ()})):
    o = make()
    print(make.__name__)
    for path in ("o.{}", "getattr(o, '{}')", "object.__getattribute__(o, '{}')", "type(o).__getattribute__(o, '{}')", "super(type(o), o).{}" if make is not Base else "o.{}", "(lambda q: q.{})(o)", "[q.{} for q in [o]][0]"):
        for name, call in (("method", "(5)"), ("cm", "()"), ("sm", "()"), ("prop", ""), ("attr", ""), ("unknown", "")):
            text = path.format(name) + call
            try: print("  ", text, eval(text))
            except AttributeError as e: print("  ", text, "AttributeError", e)
    o.prop = 1
    setattr(o, "prop", 2)
    type(o).prop.__set__(o, 3)
    object.__setattr__(o, "prop", 4)
    del o.prop
    delattr(o, "prop")
    print("  ", log)
    log.clear()
    print("  ", o[1], o(2), o + 3, o == 4, len(o), list(o), bool(o), o.__len__(), type(o).__call__(o, 9), o.__getitem__("k"))
k = Kid()
m = k.method
print(m(1), m.__func__(k, 2), m.__self__ is k, Kid.method(k, 3), list(map(k.method, [4])), sorted([2, 1], key=k.cm.__func__(Kid).index if 0 else lambda v: -v), (lambda f: f(5))(k.method))
m.__func__.extra = "on the function"
print(m.extra, k.method.extra, Kid.method.extra)
k.method = lambda *a: "instance method"
print(k.method(1), Kid.method(k, 1)[0])
del k.method
print(k.method(1)[0])


class Meta(type):
    @property
    def mp(cls): return "meta prop", cls.__name__
    def mm(cls): return "meta method", cls.__name__
    @classmethod
    def mc(mcls): return "meta cm", mcls.__name__
    def __getattr__(cls, n): return "meta getattr", n
    def __getitem__(cls, k): return "meta item", k
    def __call__(cls, *a, **kw): return ("meta call", super().__call__(*a, **kw)) if a != ("raw",) else super().__call__()
    def __len__(cls): return 7
    def __iter__(cls): return iter("meta")
    def __contains__(cls, x): return x == "in meta"
    def __add__(cls, o): return "meta add"
    def __eq__(cls, o): return cls is o or "meta eq"
    __hash__ = type.__hash__


class C(metaclass=Meta):
    def __init__(self, *a): pass
    def __repr__(self): return "<C>"
    def __class_getitem__(cls, k): return "never: the metaclass wins"


class D(C):
    @classmethod
    def up(cls): return super().mp if hasattr(super(), "mp") else "not through super"


print(C.mp, C.mm(), C.mc(), C.zzz, C[1], C(1), len(C), list(C), "in meta" in C, C + 1, C == 5, C == C, D.mp, D.up(), D("raw"), D[2], bool(C))
for text in ("C('raw').mp", "C('raw').mm", "C('raw')[1]", "len(C('raw'))"):
    try: print(text, eval(text))
    except (AttributeError, TypeError) as e: print(text, type(e).__name__, e)
for text in ("super()", "super().x", "super(5, 6)", "super(C, 5)", "super(C).method", "super(int, True).__add__(5)", "super(int, 5).bit_length", "super(bool, True).__repr__()", "super(list, [1]).__len__", "super(type, C).__call__", "super(C, D).__name__", "super(D, D).mm", "super(object, 5).__repr__"):
    try: r = eval(text); print(text, r if isinstance(r, (int, str)) else type(r).__name__)
    except Exception as e: print(text, type(e).__name__, e)
