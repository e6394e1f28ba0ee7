# __class_getitem__, __init_subclass__, __set_name__, __instancecheck__, __subclasscheck__, type().
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Item:
    def __class_getitem__(cls, n): return 0 if n == 0 else 1 + Item[n - 1]


class Base:
    def __init_subclass__(cls, n):
        if n: type("C", (Base,), {}, n=n - 1)


class Name:
    def __init__(self, n): self.n = n
    def __set_name__(self, owner, name):
        if self.n: type("C", (), {name: Name(self.n - 1)})


class Check(type):
    def __instancecheck__(cls, n): return True if n == 0 else isinstance(n - 1, Checked)
    def __subclasscheck__(cls, other): return True if not left else issubclass(int, (left.pop(), Checked))


class Checked(metaclass=Check): pass


class Meta(type):
    def __new__(meta, name, bases, space): return super().__new__(meta, name, bases, space)


def nested(n):
    class C(metaclass=Meta):
        depth = 1 + nested(n - 1) if n else 0
    return C.depth


few = DEPTH
type("C", (Base,), {}, n=few)
type("C", (), {"x": Name(few)})
assert isinstance(DEPTH, Checked) and isinstance(DEPTH, (str, Checked))
left = [str] * DEPTH
assert issubclass(int, Checked) and nested(few) == few
print(Item[DEPTH])
