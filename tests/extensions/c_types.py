# Types made in C: used, subclassed, collected.
import sys
sys.path.insert(0, sys.argv[1])
import exercise as x
import gc
import _weakref


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except BaseException as e:
        print(type(e).__name__, e)


Node, Box = x.Node, x.Box
print(Node, Node.__name__, Node.__qualname__, Node.__module__, Node.__doc__, Node.__text_signature__, Node.__mro__, Node.__flags__ & (1 << 9 | 1 << 14 | 1 << 8))
print(sorted(k for k in vars(Node)))
n = Node("content", 3)
print(n, n.content, n.number, n.double, n.real, n.flag, bool(n), bool(Node()), len(n), list(n), n[2], n + 4, 4 + n, n + n, hash(n))
n.double = 10
n.real = 2
n.extra = [n]
print(n.number, n.real, n.extra, n.__dict__)
show(lambda: n + "x")
show(lambda: n[9])
show(lambda: setattr(n, "number", "x"))
show(lambda: setattr(n, "number", 2**40))
show(lambda: setattr(n, "flag", True))
show(lambda: delattr(n, "double"))
show(lambda: setattr(n, "double", "x"))
show(lambda: n.missing)
show(lambda: delattr(n, "missing"))
show(Node, 1, 2, 3)
show(Node, bad=1)
show(lambda: setattr(Node, "attribute", 1))
print(n == Node(number=5), n < Node(number=6), n != n, n == 5, n(1, 2, k=3), n())
print(n.method(1, 2, k=3), Node.method(n), Node.klass(), n.klass(), n.statically(7), Node.method, n.method.__name__)
show(Node.method)
show(Node.method, 5)
w = _weakref.ref(n)
print(w() is n)


class Child(Node):
    slot = None

    def __init__(self, *args):
        super().__init__(*args)
        self.mine = 1

    def __len__(self):
        return 2

    def __add__(self, other):
        return ("child", super().__add__(1))

    def __del__(self):
        print("del", self.number)


c = Child(None, 7)
print(c, len(c), list(c), c + 5, 5 + c, c.mine, c.__dict__, c.method(), isinstance(c, Node), Child.klass())
del c
cycle = Child(None, 8)
cycle.content = [cycle]
del cycle
print(gc.collect() > 0)
a, b = Node(number=1), Node(number=2)
a.content, b.content = b, a
refs = _weakref.ref(a), _weakref.ref(b)
del a, b
gc.collect()
print(refs[0](), refs[1](), gc.is_tracked(n))
n.extra = None
del n, w
gc.collect()
print(x.live_nodes())
deep = None
for i in range(100000):
    deep = Node(deep)
del deep
print(x.live_nodes())


class Slotted(Node):
    __slots__ = ("one", "two")


s = Slotted(1, 2)
s.one = 5
print(s.one, s.content, s.double, hasattr(s, "two"))

print(Box, Box.__module__, Box.__doc__, Box.__flags__ & (1 << 9 | 1 << 11))
box = Box()
view = memoryview(box)
print(view.tobytes(), box.exports, view.readonly, bytes(box), b"".join([box, b"-"]))
view[0] = 65
view.release()
print(bytes(box), box.exports, box(1, 2, k=3), box(), list(box), list(box), next(box, "end"))
closed = Box()
closed.closed = 1
count = sys.getrefcount(closed)
for read in memoryview, bytes, bytearray, int, float, b"ab".startswith:
    show(read, closed)
print(sys.getrefcount(closed) == count, closed.exports)
closed.closed = 0
print(bytes(closed), closed.exports)
print(box.defining(1), Box.defining(box))


class SubBox(Box):
    def __call__(self, *args):
        return "called", args


sub = SubBox()
print(sub(1), sub.defining(), bytes(sub), type(sub).__mro__)
show(setattr, Box, "attribute", 5)
print(Box.attribute)
match Node(5, 1):
    case Node(content=c, number=1):
        print("matched", c)
