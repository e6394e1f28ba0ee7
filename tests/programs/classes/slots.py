# __slots__: storage, errors, inheritance, dictionaries, weak references, conflicts, names.
class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y=None):
        self.x = x
        if y is not None: self.y = y


p = P(1)
print(p.x, hasattr(p, "y"), hasattr(p, "__dict__"), hasattr(p, "__weakref__"), P.__slots__, P.x, type(P.x).__name__)
for text in ("p.y", "p.z", "p.z = 1", "del p.y", "del p.z", "p.__dict__", "P.x.__get__(5)", "P.x.__set__(5, 1)", "P.x.__delete__(5)", "P.x = 5 if 0 else P.x", "P.x.__get__(p)", "P.x.__get__(None)", "P.x.__get__(None, P)"):
    try:
        exec(text)
        print(text, "fine")
    except Exception as e:
        print(text, type(e).__name__, e)
p.y = 5
del p.x
p.x = 7
P.x.__set__(p, 8)
print(p.x, p.y, P.x.__get__(p, P))


class D(P):
    pass


class E(P):
    __slots__ = ["z"]


class F(P):
    __slots__ = ("__dict__",)


class G(P):
    __slots__ = "single"


class W:
    __slots__ = ("__weakref__", "a")


d, e, f, g = D(1), E(2), F(3), G(4)
d.other = 1; e.z = 2; f.any = 3; g.single = 4
print(d.__dict__, d.x, e.x, e.z, f.__dict__, f.x, g.single, hasattr(e, "__dict__"), hasattr(W(), "__weakref__"))
for source in ("class X: __slots__ = 'a b',", "class X: __slots__ = (1,)", "class X: __slots__ = ('a', 'a')\nprint(X.a)", "class X:\n a = 1\n __slots__ = 'a'", "class X(P): __slots__ = 'x'\nprint(X(1).x)",
               "class X(P): __slots__ = ('__dict__', '__dict__')", "class X: __slots__ = ('__dict__', '__weakref__')\nprint(X().__dict__)", "class X(P, E): pass", "class X(E, G): pass", "class X(E, P): pass\nprint(X(1).x)",
               "class X(int): __slots__ = 'a'", "class X(int): __slots__ = ()\nprint(X(5), hasattr(X(5), '__dict__'))", "class X(tuple): __slots__ = 'a'", "class X(str): __slots__ = ('__dict__',)\nx = X('a'); x.b = 1; print(x.b)",
               "class X(list): __slots__ = 'a'\nx = X([1]); x.a = 2; print(x, x.a)", "class X: __slots__ = None", "class X: __slots__ = 5", "class X: __slots__ = {'a': 'doc'}\nprint(X.__slots__, X.a.__doc__)",
               "class X: __slots__ = (c for c in 'ab')\nX().a = 1\nprint('gen')", "class X: __slots__ = ['1a']", "class X: __slots__ = ('__class__',)", "class X(W): __slots__ = '__weakref__'", "class X(F): __slots__ = '__dict__'",
               "class X(Exception): __slots__ = 'a'\nprint(X(1).args, hasattr(X(), '__dict__'))", "class X(bytes): __slots__ = 'q'", "class X(type): __slots__ = 'q'", "class X(dict): __slots__ = ('a', '__weakref__')\nprint(X(k=1))"):
    try:
        exec(source)
    except Exception as err:
        print(source.replace("\n", "; "), "->", type(err).__name__, err)


class Private:
    __slots__ = ("__hidden", "_one", "__dunder__")
    def __init__(self): self.__hidden = 1; self.__dunder__ = 2
    def get(self): return self.__hidden


print(Private().get(), Private()._Private__hidden, Private().__dunder__, sorted(k for k in Private.__dict__ if "hid" in k))


class Deep1:
    __slots__ = ("a",)
class Deep2(Deep1):
    __slots__ = ("b",)
class Deep3(Deep2):
    __slots__ = ("c", "__dict__")
class Empty1: __slots__ = ()
class Empty2: __slots__ = ()
class Joined(Empty1, Deep3, Empty2): __slots__ = ("d",)


j = Joined()
for i, n in enumerate("abcde"): setattr(j, n, i)
print([getattr(j, n) for n in "abcde"], j.__dict__, Joined.__mro__[1].__name__)
try:
    j.__class__ = Deep3
except TypeError as err:
    print(err)


class S1:
    __slots__ = ("p", "q")
class S2:
    __slots__ = ("p", "q")
class S3:
    __slots__ = ("q", "r")
s = S1(); s.p = 1
s.__class__ = S2
print(type(s).__name__, s.p)
for other in (S3, D, object, int):
    try:
        s.__class__ = other
        print("fine")
    except TypeError as err:
        print(err)


class Log:
    def __init__(self, n): self.n = n
    def __del__(self): print("freed", self.n)


t = S1()
t.p, t.q = Log("p"), Log("q")
t.p = None
del t
print("done")


class Desc:
    __slots__ = ("_v",)
    @property
    def v(self): return self._v
    @v.setter
    def v(self, x): self._v = x * 2
    def __getattr__(self, name): return f"getattr {name}"


o = Desc()
print(o.v, o._v)
o.v = 4
print(o.v, o._v, o.other)
try:
    o.other = 1
except AttributeError as err:
    print(err)
