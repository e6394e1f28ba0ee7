# __del__ order at each kind of release, resurrection, errors inside __del__; __repr__ and __str__ recursion and errors.
class D:
    def __init__(self, name, *held): self.name, self.held = name, held
    def __del__(self): print("del", self.name)
    def __repr__(self): return f"D({self.name})"


def scope():
    a = D("a")
    b = D("b")
    print("leaving")


scope()
D("temporary")
print("next statement")
x = D("first"); x = D("second"); print("rebound")
x = None
print("list")
l = [D("l0"), D("l1"), D("l2")]
l.pop(1)
l[0] = D("replaces l0")
del l
print("dict")
d = {"k": D("value"), D("key"): 1}
d["k"] = 2
d.clear()
print("nested")
n = D("outer", D("inner1"), D("inner2"))
n = 0
print("arguments")
(lambda a, b: print("in call"))(D("arg1"), D("arg2"))
print("expression")
print([D("in list")][0].name, (D("attr")).name)
D("x") and D("y")


def returns():
    t = D("returned")
    u = D("local")
    return t


r = returns()
print("got", r)
r = 1


def raises():
    v = D("in frame")
    raise ValueError


try:
    raises()
except ValueError as e:
    print("caught; the traceback keeps the frame")
print("after except")


def gen():
    g = D("in generator")
    try:
        yield 1
    finally:
        print("generator finally")


it = gen(); next(it)
del it
print("generator gone")
it = gen(); next(it); it.close(); print("closed")
del it
for i in [D("loop0"), D("loop1")]:
    print("iteration", i)
del i
print("loop over")
saved = []


class Phoenix:
    def __init__(self): self.n = 0
    def __del__(self):
        self.n += 1
        print("phoenix", self.n)
        saved.append(self)


p = Phoenix()
del p
p = saved.pop()
print("resurrected", p.n)
del p
print(len(saved), "- the finalizer runs once")
saved.clear()


class Attrs:
    def __init__(self): self.a, self.b = D("attr a"), D("attr b")
    def __del__(self): print("owner first, then", sorted(self.__dict__))


o = Attrs()
del o


class Sub(D):
    def __del__(self): print("sub"); super().__del__()


Sub("s")
class NoDel(Sub): __slots__ = ()
NoDel("inherits")
s = {D("in set")}
s.clear()
t = (D("t0"), D("t1"))
del t
c = lambda q=D("default"): q
del c
class Holder:
    held = D("class attribute")
Holder.held = None
g = D("global")
def rebinding():
    global g
    g = None
    print("rebound global")
rebinding()


def swap():
    a, b = D("swap a"), D("swap b")
    a, b = b, a
    del a
    print("a gone")


swap()
a = [D("comp%d" % i) for i in range(3)]
a[:] = []
print("slice emptied")


class R:
    def __init__(self, v): self.v = v
    def __repr__(self):
        if isinstance(self.v, Exception): raise self.v
        return self.v


for v in ("fine", 5, None, b"bytes", ValueError("in repr"), "é€\n", ""):
    for f in (repr, str, "{!r}".format, lambda o: f"{o}", lambda o: "%s" % o, lambda o: [o].__repr__(), ascii, lambda o: str({1: o})):
        try:
            print(f(R(v)), end=" | ")
        except Exception as e:
            print(type(e).__name__, e, end=" | ")
    print()
l = [1]; l.append(l); l.append({"k": l, "t": (l,)})
print(l, repr(l) == str(l))
d = {}; d["self"] = d; d["list"] = [d]
print(d)
print([[]], [()], ({},), {()}, [None], {"a": [{}]}, (1,), ((),), frozenset(), set(), frozenset([1]), {1}, range(3), range(1, 10, 2), slice(1), bytearray(b"a"), b"a", ..., type, int, Ellipsis, NotImplemented)


class L(list):
    def __repr__(self): return f"L{super().__repr__()}"
class S(str):
    def __repr__(self): return "S!"
class T(tuple): pass
class St(set): pass
class Fs(frozenset): pass
class Dd(dict): pass
class B(bytes): pass
class Ba(bytearray): pass
class I(int): pass
class F(float): pass
print(L([1, L([2])]), [S("x")], S("x"), T((1,)), St([1]), St(), Fs([2]), Dd(a=1), B(b"q"), Ba(b"w"), I(5), F(1.5), [I(6)])
print("end of the program")
last = D("at exit")
