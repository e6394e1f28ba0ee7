# __init_subclass__, __set_name__, __class_getitem__, __mro_entries__, and what happens when they fail.
class Base:
    registry = []

    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
        Base.registry.append((cls.__name__, tag))


class A(Base, tag="a"): pass
class B(A): pass
class C(B, tag=5): pass
print(Base.registry, A.tag, B.tag, C.tag)
for source in ("class D(Base, other=1): pass", "class D(x=1): pass", "class D(Base, tag=1, tag2=2): pass"):
    try:
        exec(source)
    except TypeError as e:
        print(e)


class Failing:
    def __init_subclass__(cls): raise ValueError("refused " + cls.__name__)


try:
    class G(Failing): pass
except ValueError as e:
    print(e, e.__cause__)


class Multi1:
    def __init_subclass__(cls, **kw): print("multi1", cls.__name__, kw); super().__init_subclass__(**kw)


class Multi2:
    def __init_subclass__(cls, **kw): print("multi2", cls.__name__, kw)


class Both(Multi1, Multi2, z=1): pass


class ClassMethod:
    @classmethod
    def __init_subclass__(cls): print("as classmethod", cls.__name__)


class UsesIt(ClassMethod): pass


class Named:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name, name in owner.__dict__)
        self.where = owner.__name__, name


class Holder:
    a = Named()
    b = c = Named()
    plain = 1


print(Holder.a.where, Holder.b.where)
Holder.late = Named()
print(hasattr(Holder.late, "where"))


class BadName:
    def __set_name__(self, owner, name): raise KeyError(name)


class WrongName:
    def __set_name__(self): pass


class InstanceName:
    def __init__(self): self.__set_name__ = lambda *a: print("ignored")


for make in (BadName, WrongName):
    try:
        class H:
            x = make()
    except Exception as e:
        print(type(e).__name__, e, "|", repr(e.__cause__))


class H:
    y = InstanceName()


type("Dyn", (), {"n": Named()})


class Order:
    def __set_name__(self, owner, name): print("  name first")
class Parent:
    def __init_subclass__(cls): print("  then subclass")
class Kid(Parent):
    field = Order()


class Generic:
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"


class Sub(Generic): pass


print(Generic[int], Sub["x", 1], Generic[()])


class NotGeneric: pass


class Static:
    @staticmethod
    def __class_getitem__(item): return "static", item


class Attr:
    __class_getitem__ = lambda item: "never a method"


print(Static[1])
for bad in ("NotGeneric[int]", "Generic()[1]", "Attr[1]", "type[1]", "int[1]", "type(NotGeneric)[1]"):
    try:
        print(bad, eval(bad))
    except TypeError as e:
        print(bad, e)


class Entries:
    def __init__(self, *classes): self.classes = classes
    def __mro_entries__(self, bases):
        print("mro_entries", len(bases))
        return self.classes


class FromEntries(Entries(A, Multi2), NotGeneric): pass


print([c.__name__ for c in FromEntries.__bases__], len(FromEntries.__orig_bases__), hasattr(A, "__orig_bases__"))
class NoBases(Entries()): pass
print(NoBases.__bases__)


class BadEntries:
    def __mro_entries__(self, bases): return [A]


for bad in (BadEntries(), Entries(5), object()):
    try:
        class Q(bad): pass
    except TypeError as e:
        print(e)
try:
    type("Direct", (Entries(A),), {})
except TypeError as e:
    print(e)
L = list[int]
class MyList(L): pass
print(MyList.__bases__, MyList.__orig_bases__, L, L.__origin__, L.__args__, L.__parameters__, dict[str, list[int]], L == list[int], hash(L) == hash(list[int]), tuple[int, ...], tuple[()], type(L).__name__)
print(L([1]), L.append is list.append, isinstance([], list), int | str, int | None, (int | str).__args__, int | str == str | int, isinstance(5, int | str), issubclass(bool, int | None), type(int | str), list[int] | None)
for bad in ("isinstance([], list[int])", "issubclass(list, list[int])", "int | 5", "list[int].x", "int[str]", "(int | str)()", "isinstance(1, int | list[int])", "5 | int", "(int | str)[1]", "None | None"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, type(e).__name__, e)
