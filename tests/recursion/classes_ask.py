# What class statements, patterns and class checks ask: `__mro_entries__`, `mro()` when `__bases__` changes, namespaces of Python, `__instancecheck__`
# of class patterns, hooks of abstract classes, properties of their own class, static methods.
import abc
from shared.deep import current, deep, reached


class Entries:
    def __init__(self, f): self.f = f
    def __mro_entries__(self, bases):
        self.f()
        return (Base,)
class Base: pass
class Other: pass
def entries(f):
    class C(Entries(f)): pass
    if not C.__orig_bases__ or C.__bases__ != (Base,): raise AssertionError


class Order(type):
    def mro(cls):
        if cls.__dict__.get("f"): cls.f()
        return super().mro()
def bases(f):
    class C(Base, metaclass=Order): pass
    C.f = staticmethod(f)
    C.__bases__ = (Other,)
    if C.__mro__ != (C, Other, object): raise AssertionError
    setattr(C, "__bases__", (Base,))


class Space(dict):
    def __setitem__(self, key, value):
        if key == "x": value()
        dict.__setitem__(self, key, value)
    def __missing__(self, key):
        if key != "y": raise KeyError(key)
        current[-1]()
class Prepared(type):
    @classmethod
    def __prepare__(*args): return Space()
def store(f):
    class C(metaclass=Prepared): x = f
def load(f):
    class C(metaclass=Prepared): y
def run(f): exec("x = f", {"f": f}, Space())
def evaluate(f): eval("y", {}, Space())


class Checks(type):
    def __instancecheck__(cls, obj):
        obj.f()
        return True
class Checked(metaclass=Checks): pass
class Has:
    __match_args__ = "a",
    def __init__(self, f): self.f = f
    @property
    def a(self): return self.f()
def pattern(f):
    match Has(f):
        case Checked(): pass
def positional(f):
    match Has(f):
        case Has(1): pass
def keyword(f):
    match Has(f):
        case Has(a=1): pass


class Property(property): pass
def properties(f):
    class C:
        a = Property(lambda self: f(), lambda self, value: None)
    C().a
    C.a = Property(None, lambda self, value: f())
def static(f): staticmethod(f)()
def hook(f):
    class C(metaclass=abc.ABCMeta):
        @classmethod
        def __subclasshook__(cls, other):
            f()
            return True
    if not isinstance(1, C): raise AssertionError
def filtered(f):
    class True_:
        def __bool__(self):
            f()
            return True
    for x in filter(None, [True_()]): pass
    list(filter(bool, [True_()]))


for use in store, load, run, evaluate, pattern, positional, keyword, static: deep(use)
for use in entries, bases, properties, hook, filtered: deep(use, 5)  # each level makes classes
print(len(reached))
