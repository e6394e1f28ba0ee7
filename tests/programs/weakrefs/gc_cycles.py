# The cycle collector: what it frees, finalizers, order, resurrection, generations, tracking, freezing off and on.
import gc
gc.collect()
log = []


class Node:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)


def ring(n):
    nodes = [Node(i) for i in range(n)]
    for i, x in enumerate(nodes): x.next = nodes[(i + 1) % n]


ring(3)
print(log)
gc.collect()
print(sorted(log)); log.clear()
l = []; l.append(l); del l
d = {}; d["d"] = d; del d
def f(): pass
f.me = f
del f
class K: pass
K.me = K
k = K(); k.me = k
del k, K
gc.collect()
for make in (lambda: (lambda x: x.append((x,)))([]), lambda: (lambda n: setattr(n, "m", n.__init__))(Node("bound method")), lambda: (lambda n: setattr(n, "f", lambda: n))(Node("closure")), lambda: (lambda n: setattr(n, "d", {"k": [n]}))(Node("dict")), lambda: (lambda n: setattr(n, "s", ({"x": n},)))(Node("nested")), lambda: (lambda n: setattr(n, "g", (n for _ in "a")))(Node("generator"))):
    make()
    gc.collect()
    print(log); log.clear()


def gen_cycle():
    n = Node("suspended generator")
    def g():
        me = n
        try: yield
        finally: log.append("finally run")
    n.g = g(); next(n.g)


gen_cycle(); gc.collect()
print(sorted(log)); log.clear()


def exception_cycle():
    n = Node("held by a traceback")
    try: raise ValueError
    except ValueError as e: n.e = e


exception_cycle(); gc.collect(); print(log); log.clear()
saved = []


class Lazarus:
    def __init__(self): self.me = self; self.n = 0
    def __del__(self): self.n += 1; saved.append(self)


Lazarus(); gc.collect()
print(len(saved), saved[0].n)
saved.clear(); gc.collect()
print(len(saved))


class Raises:
    def __init__(self): self.me = self
    def __del__(self): log.append("del")


Raises(); gc.collect(); print(log); log.clear()
print(gc.isenabled(), gc.is_tracked([]), gc.is_tracked(5), gc.is_tracked("s"), gc.is_tracked({}), gc.is_tracked({"a": 1}), gc.is_tracked({"a": []}), gc.is_tracked((1, 2)), gc.is_tracked(Node(0)), gc.is_tracked(len))
gc.disable()
print(gc.isenabled())
gc.enable()
ring(2); log.clear()
n = gc.collect(0)
print(n >= 2, sorted(log)); log.clear()
for bad in (lambda: gc.collect(3), lambda: gc.collect("a"), lambda: gc.collect(-1), lambda: gc.get_objects(5)):
    try: bad(); print("fine")
    except Exception as e: print(type(e).__name__, e)
old = gc.get_threshold()
gc.set_threshold(50, 5, 5)
for i in range(200): ring(2)
print(len(log) > 100, gc.get_threshold())
gc.set_threshold(*old)
gc.collect(); print(len(log)); log.clear()
a = [1]; b = [a]; c = {"a": a}
print(any(x is b for x in gc.get_referrers(a)), any(x is c for x in gc.get_referrers(a)), [x for x in gc.get_referents(b)], gc.get_referents(5), sorted(map(str, gc.get_referents({"k": "v"}))), gc.garbage)
import _weakref
class W:
    def __init__(self): self.me = self
w = W(); r = _weakref.ref(w, lambda r: log.append("weak callback"))
del w
print(r() is not None, gc.collect() > 0, r(), log); log.clear()
class Inner: pass
def both():
    x, y = Inner(), Inner()
    x.y, y.x = y, x
    x.r = _weakref.ref(y, lambda r: log.append("never: the reference is in the same garbage"))
both(); gc.collect(); print(log)
class Meta(type):
    def __del__(cls): log.append("class " + cls.__name__)
def make_class():
    class Temp(metaclass=Meta):
        def m(self): return Temp
    Temp.inst = Temp()
make_class(); gc.collect(); print(log); log.clear()
tree = None
for i in range(1000): tree = [tree]
del tree
deep = []
for i in range(20000): deep = [deep]
del deep
deep = ()
for i in range(20000): deep = (deep,)
del deep
deep = None
for i in range(5000):
    deep = {"d": deep, "n": Node(i) if i % 1000 == 0 else 0}
del deep
print(log); log.clear()
class Chain:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(1)
c = None
for i in range(5000): c = Chain(c)
del c
print(len(log)); log.clear()
class Loop(list):
    def __del__(self): log.append(len(self))
x = Loop([1, 2]); x.append(x); del x
gc.collect(); print(log)
print(gc.callbacks == [], gc.get_count()[0] >= 0, len(gc.get_stats()), gc.get_debug())
events = []
gc.callbacks.append(lambda phase, info: events.append((phase, info["generation"])))
gc.collect(1); gc.collect()
gc.callbacks.clear()
print(events)
