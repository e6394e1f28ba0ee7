# property: getter, setter, deleter, inheritance, documentation, subclasses, errors.
class Celsius:
    def __init__(self, t): self.t = t

    @property
    def temperature(self):
        "in degrees"
        return self.t

    @temperature.setter
    def temperature(self, v):
        if v < -273: raise ValueError("too cold")
        self.t = v

    @temperature.deleter
    def temperature(self): self.t = None

    fahrenheit = property(lambda self: self.t * 9 / 5 + 32, lambda self, v: setattr(self, "t", (v - 32) * 5 / 9))


c = Celsius(20)
c.temperature = 30
print(c.temperature, c.fahrenheit, Celsius.temperature.__doc__, type(Celsius.temperature).__name__)
c.fahrenheit = 212
print(c.t)
del c.temperature
print(c.temperature)
try:
    c.temperature = -300
except ValueError as e:
    print(e)


class P:
    ro = property(lambda self: 1)
    wo = property(None, lambda self, v: print("set", v))
    none = property()
    deleted = property(fdel=lambda self: print("deleted"))
    doc = property(doc="only doc")
    raising = property(lambda self: self.missing)
    loop = property(lambda self: {}["k"])


p = P()
p.wo = 5
del p.deleted
for text in ("p.ro = 1", "del p.ro", "p.wo", "del p.wo", "p.none", "p.none = 1", "del p.none", "p.deleted", "p.deleted = 1", "p.doc", "p.raising", "p.loop", "P.ro.fget = 1", "property(1, 2, 3, 4, 5)", "p.ro()"):
    try:
        exec(text)
        print(text, "fine")
    except Exception as e:
        print(text, type(e).__name__, e)
P.ro = "replaced"
print(p.ro)
p.ro = 2
print(p.ro, p.__dict__)
pr = property(1, 2, 3, "d")
print(pr.fget, pr.fset, pr.fdel, pr.__doc__, property().fget, property().__doc__, property(len).__doc__ == len.__doc__)
q = pr.getter(10).setter(20).deleter(30)
print(q.fget, q.fset, q.fdel, q.__doc__, pr.fget, q is pr)


class Base:
    @property
    def v(self): return self._v
    @v.setter
    def v(self, x): self._v = ("base", x)
    @property
    def kind(self): return "base " + self.describe()
    def describe(self): return "Base"


class Derived(Base):
    @Base.v.setter
    def v(self, x): self._v = ("derived", x)
    @property
    def kind(self): return "derived+" + super().kind
    def describe(self): return "Derived"


class Chain(Derived):
    @property
    def v(self): return "chain", super().v
    @v.setter
    def v(self, x): super(Chain, Chain).v.__set__(self, x)


b, d = Base(), Derived()
b.v = 1; d.v = 2
print(b.v, d.v, b.kind, d.kind)
ch = Chain()
ch.v = 3
print(ch.v)


class MyProperty(property):
    "a subclass"
    def __get__(self, o, c=None):
        return "class access" if o is None else "my " + str(super().__get__(o, c))
    extra = "allowed"


class Uses:
    @MyProperty
    def x(self):
        "doc x"
        return 5
    @x.setter
    def x(self, v): print("set", v)


u = Uses()
u.x = 1
print(u.x, Uses.x, type(Uses.__dict__["x"]).__name__, Uses.__dict__["x"].__doc__, Uses.__dict__["x"].extra)


class Lazy:
    def __init__(self, f): self.f, self.name = f, f.__name__
    def __get__(self, o, c):
        if o is None: return self
        v = o.__dict__[self.name] = self.f(o)
        return v


class Expensive:
    @Lazy
    def value(self): print("computing"); return 99


e = Expensive()
print(e.value, e.value, e.__dict__)


class Counter:
    total = 0
    @property
    def next(self): Counter.total += 1; return Counter.total
    @classmethod
    def make(cls): return cls()
    @staticmethod
    def add(a, b): return a + b
    @classmethod
    @property
    def both(cls): return "classmethod property " + cls.__name__


k = Counter.make()
print(k.next, k.next, k.next + k.next, Counter.add(1, 2), k.add(3, 4), Counter.both, k.both)
try:
    k.next = 5
except AttributeError as e:
    print(e)
print(property.fget, type(property.__get__).__name__, isinstance(Base.v, property), Base.v.fget(b), Base.v.__get__(b), Base.v.__get__(None, Base) is Base.v)
print(classmethod(len).__func__ is len, staticmethod(len)("ab"), staticmethod(len).__wrapped__ is len, classmethod(Base.describe).__name__, repr(staticmethod(5)), repr(classmethod(5)))
for bad in (lambda: classmethod(), lambda: staticmethod(1, 2), lambda: classmethod(5).__get__(1)(), lambda: staticmethod(5)(), lambda: property(x=1), lambda: classmethod(5)()):
    try:
        print(bad())
    except TypeError as e:
        print(e)
