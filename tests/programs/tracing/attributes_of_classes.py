"""Attributes in hot loops that are found in classes: static and class methods, what computes them, metaclasses, look-up hooks; and they change."""

class Meta(type):
    def __getattr__(cls, name): return cls.__name__ + "." + name
    @property
    def kind(cls): return "kind of " + cls.__name__
    own = "of the metaclass"


class Base(metaclass=Meta):
    value = 1
    size = 4
    def method(self): return self.value
    @staticmethod
    def static(x): return x + 1
    @classmethod
    def make(cls, x): return cls.__name__, cls.value, x


class Heir(Base):
    value = 2


class Computed:
    def __get__(self, obj, cls): return (obj is None, cls.__name__)


class Data:
    def __get__(self, obj, cls): return "data" if obj is None else obj.x * 2
    def __set__(self, obj, value): obj.x = value + 1


class Has:
    soft = Computed()
    hard = Data()
    callee = int
    def __init__(self, x): self.hard = x


class Hook:
    plain = 3
    def __init__(self): self.here = 1
    def __getattr__(self, name):
        if name.startswith("no"): raise AttributeError("not " + name)
        return "hook " + name
    @property
    def failing(self): raise AttributeError("inner")
    @property
    def fine(self): return 5
    def method(self): return self.plain, self.here


def classes(n):
    out = []
    for i in range(n):
        c = Heir if i % 3 == 0 else Base
        out.append((c.value, c.static(i), c.make(i), c.kind, c.missing, c.own, c.__name__, c.__mro__[1].__name__))
        o = c()
        out.append((o.static(i), o.make(i), o.method(), o.__class__.__name__, type(o).value, o.__class__.make(2)[0]))
        if i == n // 2: Base.static = staticmethod(lambda x: -x)
        if i == n // 2 + 2: Base.make = classmethod(lambda cls, x: (cls.__name__, "new", x))
        if i == n // 2 + 4: Meta.value = property(lambda cls: "data")
        if i == n // 2 + 6: Heir.method = staticmethod(lambda: "static")
        if i == n // 2 + 8: del Meta.value
    return out


def descriptors(n):
    out = []
    h = Has(3)
    for i in range(n):
        out.append((h.soft, Has.soft, h.hard, h.callee(i), Has.callee("4")))
        h.hard = i
        if i == n // 2: h.__dict__["soft"] = "own"
        if i == n // 2 + 3: Data.__get__ = lambda self, obj, cls: "changed"
    return out


def hooks(n):
    out = []
    h = Hook()
    for i in range(n):
        out.append((h.here, h.plain, h.method(), h.fine, h.other, h.failing, h.__class__ is Hook))
        try:
            h.nothing
        except AttributeError as e:
            out.append(str(e))
        if i == n // 2: h.plain = 8
        if i == n // 2 + 2: del h.here
        if i == n // 2 + 3: h.here = 2
        if i == n // 2 + 4: Hook.__getattr__ = lambda self, name: 0
        if i == n // 2 + 6: Hook.__getattribute__ = lambda self, name: (lambda: "all") if name == "method" else name
    return out


class Kept(Base):
    only = "kept"


def looked_for(n):
    out = []
    objects = [Base, Kept, Hook(), Kept, Heir, Base(), Hook()]
    objects[6].only = "own"
    for i in range(n):
        for o in objects:
            out.append((getattr(o, "only", None), hasattr(o, "only"), getattr(o, "size", 0)))
    return out


made_once = Base()


def instance_of_global(n):
    out = []
    for i in range(n):
        out.append(made_once.make(i)[1])
        out.append(plain_one.method())
        if i == n // 2: plain_one.method = lambda: "own"
    return out


class Plain:
    def method(self): return "of the class"


plain_one = Plain()

class Lazy:
    __slots__ = ("_value", "n")

    def value(self):
        try:
            return self._value
        except AttributeError as error:
            self._value = str(error)
            return error.name

    def other(self):
        try:
            return self.__dict__
        except AttributeError as error:
            return error.obj is self


class LazyDict:
    def value(self):
        try:
            return self._value
        except AttributeError as error:
            self._value = str(error)
            return error.name


class LazyHook(LazyDict):
    pass


def missing(n):
    out = []
    kept = Lazy()
    for i in range(n):
        for made in Lazy(), LazyDict(), LazyHook(), kept:
            out.append((made.value(), made.value()))
        out.append((kept.other(), dict.fromkeys("ab", i), list(dict.fromkeys([i, 1, i])), bytes.fromhex("0a"), int.from_bytes(b"ab", "big")))
        if i == n - 10: LazyHook.__getattr__ = lambda self, name: name + "!"
        if i == n - 5: LazyHook._value = "of the class"
    return out


for f in missing, looked_for, classes, descriptors, hooks, instance_of_global:
    a = f(70)
    print(f.__name__, len(a), *a[:6], *a[len(a) // 2 - 6:len(a) // 2 + 24], *a[-3:], sep="\n  ")
