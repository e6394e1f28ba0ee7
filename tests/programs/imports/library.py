# Pure Python modules of the library, as ordinary users call them; only such as need no C modules beyond the core.
import keyword
print(len(keyword.kwlist), keyword.iskeyword("async"), keyword.iskeyword("print"), sorted(keyword.softkwlist))
import colorsys
print(colorsys.rgb_to_hsv(0.2, 0.4, 0.4), colorsys.hsv_to_rgb(0.5, 0.5, 0.4), colorsys.rgb_to_hls(1, 0.5, 0))
import stat
print(stat.S_ISDIR(0o040755), stat.filemode(0o100644), stat.S_IMODE(0o100755))
import os
print(os.name, os.sep, os.path.join("a", "b"), os.fspath("x"), os.linesep.encode())
import genericpath
print(genericpath.commonprefix(["/usr/lib", "/usr/local"]))
import posixpath
print(posixpath.join("/a", "b", "../c"), posixpath.normpath("/a/./b/../c//d"), posixpath.split("/x/y.txt"), posixpath.splitext("a.tar.gz"), posixpath.basename("/q/w"), posixpath.isabs("/x"), posixpath.commonpath(["/a/b", "/a/c"]), posixpath.relpath("/a/b", "/a/c"))
import abc


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @property
    @abc.abstractmethod
    def name(self): ...
    def describe(self): return f"{self.name}: {self.area()}"


class Square(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
    name = "square"


class Half(Shape):
    def area(self): return 0


print(Square(3).describe(), Shape.__abstractmethods__ == {"area", "name"})
for cls in (Shape, Half):
    try: cls()
    except TypeError as e: print(str(e).replace("area, name", "two") if "area" in str(e) else e)


@Shape.register
class Virtual: pass


print(isinstance(Virtual(), Shape), issubclass(Virtual, Shape), issubclass(int, Shape), isinstance(Square(1), Shape))


class HasLen(abc.ABC):
    @classmethod
    def __subclasshook__(cls, c): return "__len__" in c.__dict__ or NotImplemented


print(isinstance([], HasLen), isinstance(5, HasLen), isinstance("", HasLen))
import _collections_abc as cabc
print(isinstance([], cabc.Sequence), isinstance({}, cabc.Mapping), isinstance(iter([]), cabc.Iterator), isinstance(5, cabc.Hashable), isinstance([], cabc.Hashable), isinstance(len, cabc.Callable), issubclass(dict, cabc.MutableMapping), isinstance((i for i in ()), cabc.Generator), isinstance("", cabc.Collection), isinstance(range(1), cabc.Reversible))


class Seq(cabc.Sequence):
    def __init__(self, *a): self.a = a
    def __getitem__(self, i): return self.a[i]
    def __len__(self): return len(self.a)


class Map(cabc.MutableMapping):
    def __init__(self, **k): self.d = k
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)


s, m = Seq(3, 1, 2, 1), Map(a=1, b=2)
m.update(c=3); m.setdefault("d", 4)
print(list(s), 2 in s, s.index(1), s.count(1), list(reversed(s)), m.pop("a"), dict(m), m.get("z", 0), sorted(m.keys()), sorted(m.items()), m == {"b": 2, "c": 3, "d": 4}, m.popitem(), len(m), "c" in m, list(m.values()))
match s:
    case [first, *rest]: print(first, rest)
match m:
    case {"b": b, **rest}: print(b, rest)
import types
print(types.FunctionType is type(lambda: 0), types.SimpleNamespace(a=1, b="x"), types.MappingProxyType({1: 2}), types.new_class("N", (int,), {}, lambda ns: ns.update(x=5)).x, types.GeneratorType.__name__, types.NoneType, types.CodeType.__name__)
ns = types.SimpleNamespace(x=1)
ns.y = 2
print(ns, ns == types.SimpleNamespace(x=1, y=2), ns.__dict__, vars(ns))
mp = types.MappingProxyType({"a": 1})
try: mp["b"] = 2
except TypeError as e: print(e)
@types.coroutine
def g(): return (yield "from types.coroutine")
async def a(): return await g()
c = a(); print(c.send(None))
try: c.send("result")
except StopIteration as e: print(e.value)
import __future__
print(__future__.annotations.compiler_flag, __future__.all_feature_names[0])
