# Descriptors: data and non-data, precedence, inheritance, on classes and metaclasses, errors from inside them.
log = []


class Data:
    def __init__(self, name): self.name = name
    def __get__(self, obj, cls=None): log.append(f"get {self.name} {obj is not None} {cls and cls.__name__}"); return f"<{self.name}>"
    def __set__(self, obj, value): log.append(f"set {self.name} {value}")
    def __delete__(self, obj): log.append(f"del {self.name}")


class NonData:
    def __get__(self, obj, cls): log.append(f"nondata {obj is None}"); return "nondata"


class SetOnly:
    def __set__(self, obj, value): obj.__dict__["setonly"] = ("via set", value)


class DelOnly:
    def __delete__(self, obj): log.append("delonly")


class GetDel:
    def __get__(self, obj, cls): return "getdel"
    def __delete__(self, obj): log.append("getdel deleted")


class C:
    data = Data("d")
    nondata = NonData()
    setonly = SetOnly()
    delonly = DelOnly()
    getdel = GetDel()


class Sub(C): pass


c = Sub()
c.__dict__.update(data="inst data", nondata="inst nondata", setonly="inst setonly", delonly="inst delonly", getdel="inst getdel")
print(c.data, c.nondata, c.setonly, c.delonly, c.getdel)
c.data = 1; c.setonly = 2; c.nondata = 3
del c.data, c.nondata, c.delonly, c.getdel
print(c.__dict__, c.nondata, C.data, Sub.nondata, type(C.setonly).__name__, C.getdel)
for text in ("c.delonly = 1", "c.getdel = 1", "del c.setonly", "del c.nondata"):
    try:
        exec(text)
        print(text, "fine")
    except Exception as e:
        print(text, type(e).__name__, e)
print(log)
log.clear()
C.data = "replaced on the class"
print(c.data, log)


class Raises:
    def __get__(self, obj, cls): raise self.error
    def __set__(self, obj, v): raise self.error
    def __delete__(self, obj): raise self.error


class R:
    attr = Raises()
    key = Raises()
    with_fallback = Raises()
    attr.error = AttributeError("from get"); key.error = KeyError("key"); with_fallback.error = AttributeError("hidden")
    def __getattr__(self, name): return f"fallback {name}"


r = R()
print(r.attr, r.with_fallback, getattr(r, "attr", "default"), hasattr(r, "attr"))
for text in ("r.key", "R.attr", "r.attr = 1", "del r.attr", "getattr(r, 'key', 'default')", "hasattr(r, 'key')", "getattr(R, 'attr', 'class default')"):
    try:
        exec(f"print({text})" if "=" not in text and "del" not in text else text)
    except Exception as e:
        print(text, type(e).__name__, e)


class Meta(type):
    x = Data("meta")
    nd = NonData()
    cls_only = property(lambda cls: "meta prop " + cls.__name__)


class M(metaclass=Meta):
    x = "class x"
    nd = "class nd"
    via = Data("in class")


print(M.x, M.nd, M.via, M().x, M.cls_only)
M.x = 5
del M.x
print(log, M.__dict__["x"])
log.clear()


class Instance:
    def __init__(self): self.desc = Data("never")


print(type(Instance().desc).__name__)


class NotCallable:
    __get__ = 5


class Weird:
    w = NotCallable()
    none_get = type("NG", (), {"__get__": None})()
    fn = (lambda self: ("bound", type(self).__name__))
    builtin = len
    cls = int
    partial = type("P", (), {"__get__": lambda self, o, c=None: ("args", o is None, c.__name__)})()


for name in ("w", "none_get"):
    for target in (Weird(), Weird):
        try:
            print(getattr(target, name))
        except TypeError as e:
            print(name, e)
print(Weird().fn(), Weird().builtin("abc"), Weird().cls("5"), Weird().partial, Weird.partial)
print(Weird.fn.__get__(5, int)(), len.__class__.__name__, type(Weird.fn.__get__(None, int)).__name__, type((lambda: 0).__get__("x")).__name__)
for bad in (lambda: Weird.fn.__get__(None, None), lambda: property().__get__(5), lambda: Weird.fn.__get__()):
    try:
        print(type(bad()).__name__)
    except Exception as e:
        print(type(e).__name__, e)


class Typed:
    def __init__(self, kind): self.kind = kind
    def __set_name__(self, owner, name): self.slot = "_" + name
    def __get__(self, obj, cls): return self if obj is None else getattr(obj, self.slot)
    def __set__(self, obj, value):
        if not isinstance(value, self.kind): raise TypeError(f"{self.slot[1:]} must be {self.kind.__name__}, not {type(value).__name__}")
        setattr(obj, self.slot, value)


class Person:
    name, age = Typed(str), Typed(int)
    def __init__(self, name, age): self.name, self.age = name, age


p = Person("Ann", 30)
print(p.name, p.age, p.__dict__, type(Person.age).__name__)
for args in (("Bob", "x"), (5, 5)):
    try:
        Person(*args)
    except TypeError as e:
        print(e)
print(int.__dict__["real"].__get__(5), type(int.__dict__["real"]).__name__, str.__dict__["upper"].__get__("abc")(), object.__dict__["__class__"].__get__(5), type.__dict__["__name__"].__get__(int))
for bad in (lambda: int.__dict__["real"].__get__("a"), lambda: str.upper(5), lambda: str.__dict__["upper"].__get__(5), lambda: int.__add__("a", 1), lambda: list.append(1, 2), lambda: int.__dict__["real"].__set__(5, 6), lambda: Person.__dict__["__dict__"].__get__(5)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
