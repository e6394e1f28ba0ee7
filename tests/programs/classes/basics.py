# Classes: bodies, attributes, instances, methods, class and instance dictionaries, representation, deletion.
class Point:
    """A point."""
    count = 0
    origin: "Point"

    def __init__(self, x=0, y=0):
        self.x, self.y = x, y
        Point.count += 1

    def __repr__(self): return f"Point({self.x}, {self.y})"
    def move(self, dx, dy=0): return Point(self.x + dx, self.y + dy)
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y) if isinstance(o, Point) else NotImplemented


p = Point(1, 2)
print(p, p.move(3), Point(y=5), Point.count, p == Point(1, 2), p != Point(2, 2), p == 5, p != 5)
print(p.__dict__, vars(p) is p.__dict__, Point.__name__, Point.__qualname__, Point.__module__, Point.__doc__, Point.__bases__, Point.__mro__, type(Point))
p.z = 3
del p.x
print(sorted(p.__dict__), hasattr(p, "x"), getattr(p, "x", "default"), p.count, Point.count)
p.count = 100
print(p.count, Point.count, Point().count)
del p.count
print(p.count)
Point.color = "red"
print(p.color, Point(1).color)
p.__dict__["from_dict"] = 1
p.__dict__ = {"x": 9, "y": 8}
print(p, p.from_dict if hasattr(p, "from_dict") else "gone")
for bad in ("p.nothing", "Point.nothing", "p.__dict__ = 5", "del p.nothing", "del Point.nothing", "Point.__dict__['a'] = 1", "Point.__name__ = 5", "Point.__name__ = 'a\\0b'",
            "del Point.__name__", "Point.__bases__ = ()", "Point.__mro__ = ()", "p.__class__ = 5", "p.__class__ = int", "Point.x.y", "Point()()", "Point(1, 2, 3)", "Point(z=1)",
            "p.move()", "Point.move()", "Point.__init__()", "object(1)", "object().x", "object().x = 1", "int.x = 1", "del int.real", "Point + Point", "Point[1]", "len(p)", "p < p", "-p",
            "for _ in p: pass", "p[0]", "p[0] = 1", "with p: pass", "hash(p)", "int(p)", "p.__class__ = 'x'", "Point.__doc__ = 'new'", "str.__doc__ = 'new'", "Point.__qualname__ = 1",
            "p.move.x = 1", "super().x", "Point.__new__()", "Point.__new__(int)", "object.__new__(int)", "object.__new__()", "object.__new__(5)", "int.__new__(str)", "object.__init__(p, 1)"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class Base:
    def who(self): return "base"
    def call(self): return self.who()


class Child(Base):
    def who(self): return "child of " + super().who()


class Changed: pass


c = Child()
print(c.call(), Base.call(c), isinstance(c, Base), issubclass(Child, Base), isinstance(c, (int, Base)), issubclass(bool, int), isinstance(5, object), isinstance(Child, type))
c.__class__ = Changed
print(type(c).__name__, isinstance(c, Child))
c.__class__ = Base
print(c.call())
Base.who = lambda self: "patched"
print(c.call(), Child().call())
c.who = lambda: "instance"
print(c.call(), c.who())
del c.who, Base.who
try:
    c.call()
except AttributeError as e:
    print(e)


class Body:
    a = 1
    b = a + 1
    if b == 2:
        c = [a, b]
    for i in range(3):
        locals_before = sorted(k for k in locals() if not k.startswith("__"))
    del a
    try:
        d = a
    except NameError as e:
        d = str(e)
    def a(self): return "method a"
    print(__module__, __qualname__, i)


print(Body.b, Body.c, Body.d, Body().a(), Body.i, Body.locals_before)
print(Body, type(Body()).__name__, repr(Body()).split(" at ")[0], object.__repr__(Body()).split(" at ")[0], str(Child), repr(type), repr(int), repr(type(None)))


class Private:
    __secret = 1
    def __hidden(self): return self.__secret
    def get(self): return self.__hidden(), self._Private__secret
    def __dunder__(self): return "not mangled"
    class __Inner: pass
    def kw(self, *, __k=5): return __k


print(Private().get(), sorted(k for k in Private.__dict__ if "Private" in k), Private().__dunder__(), Private().kw(_Private__k=6))
class _Under:
    __x = 1
class __Both__:
    __y = 2
print(_Under._Under__x, __Both__._Both____y if hasattr(__Both__, "_Both____y") else sorted(k for k in __Both__.__dict__ if "y" in k and "Both" in k))
class Empty: ...
class Args(Empty, object): pass
class Call(*[Empty], **{}): pass
print(Empty() == Empty(), Args.__mro__, Call.__bases__)
