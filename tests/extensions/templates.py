# Classes that C code fills in by hand, and threads that Python did not start.
import gc
import sys
sys.path.insert(0, sys.argv[1])
import templates


def add(self, other):
    return "added", other


def length(self):
    return 7


Point = templates.make("Point", (object,), {"__orig_bases__": ("bases",), "early": 1, "method": add, "__doc__": "of a point"}, {"length": length, "late": 2, "__module__": "somewhere"})
print(Point, Point.__mro__[1:], Point.__orig_bases__, Point.early, Point.late, Point.__doc__, Point.__module__, Point.__qualname__)
p = Point()
print(p.value, p.method(1), p.length(), sorted(k for k in vars(Point)))
p.value = [p]


class Child(Point):
    def __add__(self, other):
        return "child", super().method(other)


c = Child()
c.value, c.more = p, 3
print(c + 2, c.more, c.value is p, Child.__mro__)
del p, c
print(gc.collect() > 0)
Plain = templates.make("Plain", (object,), {}, {})
print(Plain, Plain.__bases__, Plain().value)


class Base:
    def __init__(self, *args):
        self.args = args


Below = templates.make("Below", (Base,), {}, {"__module__": "somewhere"})
print(Below, Below.__mro__[1:], Below.__basicsize__, Below.__dictoffset__, Below.__weakrefoffset__, Base.__dictoffset__, hex(Below.__flags__ & 0x4010))
import _weakref
objects = [Below(i, "x" * i) for i in range(1000)]
refs = [_weakref.ref(o) for o in objects]
for o in objects[::2]:
    o.cycle = o
print(objects[7].__dict__, sum(len(o.args) for o in objects), refs[7]() is objects[7])
del objects, o
gc.collect()
print(sum(r() is not None for r in refs))
more = [Below(i) for i in range(1000)] + [Base(i) for i in range(1000)]
print(sum(o.args[0] for o in more), [_weakref.ref(o)() is o for o in more[::500]])
del more


class AtEnd:
    def __del__(self, state=templates.state, write=sys.stdout.write, flush=sys.stdout.flush):
        write(f"at the end {state()}\n")
        flush()


print(templates.from_thread(lambda: 5), templates.state())
kept = AtEnd()
