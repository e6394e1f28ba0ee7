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


class OfRaw(templates.Raw):
    def __init__(self, *args):
        self.args = args


class Slotted(templates.Raw):
    __slots__ = "one", "__weakref__"


for kind in templates.Raw, OfRaw, Slotted:
    objects = [kind(i) for i in range(500)]
    print(kind, sum(o.value[0] for o in objects), [hasattr(o, "__dict__") for o in objects[:1]])
    for o in objects[::2]:
        o.value = o
    if kind is OfRaw:
        for o in objects[::3]:
            o.more = o.args
            o.__dict__["also"] = 1
        print(objects[3].__dict__, objects[4].__dict__, vars(objects[5]), objects[6].more)
        late = OfRaw.__new__(OfRaw, 3)
        print(late.__dict__, late.value, hasattr(late, "args"))
        late.args = 4
        print(vars(late))
    if kind is Slotted:
        objects[3].one = 5
        print(objects[3].one, _weakref.ref(objects[3])() is objects[3])
    del objects, o
    print(gc.collect() >= 250)


def tried(f, *args):
    try:
        return f(*args)
    except (TypeError, AttributeError) as e:
        return type(e).__name__, str(e)


OPERATORS = {
    "and": lambda o: o & 1, "add": lambda o: o + 1, "radd": lambda o: 1 + o, "len": len, "bool": bool, "item": lambda o: o[1],
    "call": lambda o: o(1), "less": lambda o: o < 1, "greater": lambda o: 1 > o, "index": lambda o: [0] * 10 and list(range(9))[o],
    "int": int, "float": float, "attribute": lambda o: o.missing, "iter": iter,
}


def inplace(o):
    o += 1
    return o


for kind in templates.Named, templates.Static:
    class Direct(kind):
        pass

    class Further(Direct):
        __slots__ = ()

        def __add__(self, other):
            return "own", other

    class Two(object, metaclass=type):
        pass

    class Mixed(Two, kind):
        pass

    for cls in kind, Direct, Further, Mixed:
        o = cls()
        print(cls.__name__, [(name, tried(f, o)) for name, f in OPERATORS.items()], tried(inplace, o))
        if cls is not kind:
            total = 0
            for i in range(300):
                total += (o & i)[1] + len(o)
            print(total)


class OfFlagged(templates.Flagged):
    pass


def fill(objects):
    total = 0
    for i, o in enumerate(objects):
        o.number = i
        o.me = o
        total += o.number + o.me.number
    return total


for kind in templates.Flagged, OfFlagged:
    objects = [kind() for i in range(400)]
    print(kind, len(objects[0].__dict__), fill(objects), sorted(vars(objects[1])), hasattr(objects[1], "other"))
    objects[2].__dict__["also"] = 1
    del objects[3].number
    objects[4].__dict__ = {"new": 2}
    objects[5].__module__ = "elsewhere"
    print(objects[2].also, sorted(vars(objects[3])), objects[4].new, objects[5].__module__)
    del objects
    print(gc.collect() > 300)


class AtEnd:
    def __del__(self, state=templates.state, write=sys.stdout.write, flush=sys.stdout.flush):
        write(f"at the end {state()}\n")
        flush()


print(templates.from_thread(lambda: 5), templates.state())
kept = AtEnd()
