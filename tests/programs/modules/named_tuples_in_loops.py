"""Enumerations; named tuples and other classes made from tuple in hot loops; callables that are bound anew; `type(x)`; truth of containers."""
import enum
from collections import namedtuple, deque

Point = namedtuple("Point", "x y")


class Pair(tuple):
    def __new__(cls, a, b): return super().__new__(cls, (a, b))


class Shy(tuple):
    def __getitem__(self, k): return "shy"
    def __iter__(self): return iter("ab")


def tuples(n):
    out = []
    for i in range(n):
        p = Point(i, i + 1)
        x, y = p
        q = p._replace(x=2)
        a, b = Pair(i, 2)
        c, d = Shy((1, 2))
        out.append((x, y, p.x, p[1], q, a, b, c, d, Shy((1, 2))[0], [v for v in p], Pair(1, 2)[-1], p[:1]))
        if i == n // 2: Point.__iter__ = lambda self: iter((7, 8))
        if i == n // 2 + 2: Pair.__getitem__ = lambda self, k: k
    return out


def kinds(n):
    values = [1, "a", 2.5, None, [1], (1,), Point(1, 2), int, len]
    names = {int: "int", str: "str", Point: "point", type: "type"}
    out = []
    for i in range(n):
        v = values[i % len(values)]
        cls = type(v)
        out.append((cls.__name__, names.get(cls, "?"), type(i) is int))
    return out


def bound(n):
    out = []
    for i in range(n):
        d = {1: i, 2: 3}
        get, s = d.get, "a-b"
        add = [].append if i % 4 == 0 else out.append
        split = s.split
        add((get(1), get(5), get(2, 0), split("-")))
        has = {i, 2}.__contains__
        out.append((has(2), has(i), has(-1)))
    return out


def truths(n):
    out = []
    waiting = deque()
    for i in range(n):
        if not waiting: waiting.extend([i, i])
        while waiting and i % 3: waiting.popleft()
        s = {1} if i % 2 else set()
        b = b"x" * (i % 2)
        out.append((len(waiting), s or "empty", bool(b) and "full", not frozenset(b), "r" if range(i % 2) else "none"))
    return out


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def enums(n):
    out = []
    for i in range(n):
        c = Colour(i % 2 + 1)
        out.append((c.value, c.name, c is Colour.RED, Colour.RED.value, Colour["BLUE"].name, len(Colour)))
        try:
            Colour.GREEN
        except AttributeError as e:
            out.append(str(e))
    return out


for f in enums, tuples, kinds, bound, truths:
    a = f(60)
    print(f.__name__, len(a), *a[:4], *a[28:36], *a[-2:], sep="\n  ")
