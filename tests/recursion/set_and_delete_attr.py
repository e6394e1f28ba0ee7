# __setattr__, __delattr__, and __get__, __set__, __delete__ of descriptors of Python.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Attr:
    def __init__(self, n): self.__dict__["n"] = n
    def __setattr__(self, name, out):
        if self.n == 0: out.append("set")
        else: Attr(self.n - 1).x = out
    def __delattr__(self, name):
        if self.n == 0: out.append("deleted")
        else: del Attr(self.n - 1).x


class Descriptor:
    def __get__(self, obj, cls): return 0 if obj.n == 0 else 1 + Owner(obj.n - 1).d
    def __set__(self, obj, out):
        if obj.n == 0: out.append("d set")
        else: Owner(obj.n - 1).d = out
    def __delete__(self, obj):
        if obj.n == 0: out.append("d deleted")
        else: del Owner(obj.n - 1).d


class Owner:
    d = Descriptor()
    def __init__(self, n): self.n = n


class Sub(Owner):
    def __getattribute__(self, name): return super().__getattribute__(name)
    def __setattr__(self, name, value): super().__setattr__(name, value)


class OnClass(type):
    @property
    def depth(cls): return 0 if cls.n == 0 else 1 + OnClass("C", (), {"n": cls.n - 1}).depth


out = []
Attr(DEPTH).x = out
del Attr(DEPTH).x
setattr(Attr(DEPTH), "x", out)
delattr(Attr(DEPTH), "x")
Owner(DEPTH).d = out
del Owner(DEPTH).d
Sub(DEPTH).d = out
assert Owner(DEPTH).d == Sub(DEPTH).d == DEPTH
assert OnClass("C", (), {"n": DEPTH}).depth == DEPTH
print(*out)
