# What traces put off: functions that are only called, slices that are only taken, tuples that are only added; and who gets to see them all the same.
import sys


def squares(n, k):
    out = 0
    for i in range(n):
        out += sum([x * k + i for x in range(4)])
    return out


print(squares(200, 3))


def sets(columns):
    hits = 0
    for shift in range(120):
        p = tuple((c * shift) % 7 for c in columns)
        if len({p[i] + i for i in columns}) == len(columns): hits += 1
        if {p[i]: shift for i in columns}.get(3): hits += 2
    return hits


print(sets((0, 1, 2, 3)))


def escapes(n):
    kept = []
    for i in range(n):
        def inner(): return i
        kept.append(inner)
        j = inner() + (lambda: i + 1)()
    return [f() for f in kept][-2:], j, kept[0] is kept[1], kept[0].__name__, kept[0].__qualname__, kept[0].__closure__[0].cell_contents


print(escapes(90))


def defaults(n):
    out = 0
    for i in range(n):
        def f(a, b=i, *, c=2): return a + b + c
        def g(a: int, *rest) -> int: return a + len(rest)
        out += f(1) + f(1, 2) + f(1, c=5) + g(1) + g(1, 2, 3)
    return out


print(defaults(90))


def fails(n):
    out = []
    for i in range(n):
        try:
            [10 // (x - i % 4) for x in (4, 5, 3)]
        except ZeroDivisionError as e:
            t, names = e.__traceback__, []
            while t:
                names.append((t.tb_frame.f_code.co_name, t.tb_lineno - fails.__code__.co_firstlineno))
                t = t.tb_next
            out.append(names)
    return out[-1], len(out)


print(fails(90))


def who():
    f = sys._getframe(1)
    return f.f_code.co_name, sorted(f.f_locals), f.f_back.f_code.co_name


def looked_at(n):
    for i in range(n):
        seen = [who() for _ in range(2)]
    return seen


print(looked_at(60))


def generators(n):
    out = []
    for i in range(n):
        out.append(sum(x + i for x in (1, 2)))
        if i % 30 == 0: out.append(list((y, i) for y in "ab"))
    return out[-1], out[31]


print(generators(70))


def recursive(n):
    out = 0
    for i in range(n):
        def down(k): return 0 if k == 0 else 1 + down(k - 1)
        out += down(i % 4)
    return out


print(recursive(90))


def changes(n):
    out = []
    for i in range(n):
        def f(): return 1
        if i == 70:
            f.__code__ = (lambda: 2).__code__
        out.append(f())
    return out[68:73]


print(changes(80))


class Bounds:
    def __getitem__(self, key): return key


class Index:
    def __init__(self, n): self.n = n

    def __index__(self): return self.n


def slices(sequences, bounds):
    out = []
    for i in range(60):
        s = sequences[i % len(sequences)]
        for a in bounds:
            out.append(s[:a] + s[a:])
            out.append(s[a::2])
    return out[-4:], len(out)


print(slices([[1, 2, 3]], [0, 1, -1, 10]), slices(["abc"], [2, None]), slices([(1, 2, 3), (4,)], [1, -9, 2]))
print(slices(["abcd", (1, 2, 3), [5, 6]], [1, True, 10 ** 30, -10 ** 30, Index(1)]))
for a in (1.5, "x"):
    try:
        slices(["abc"], [1, 2, a])
    except TypeError as e:
        print(e)


def own(n):
    b, out = Bounds(), None
    for i in range(n):
        out = b[i:i + 1, 2:]
    return out, b[i:], type(b[i:].start) is int


print(own(90))


def joined(n):
    chosen, out = (), []
    for i in range(n):
        chosen = chosen + (i,)
        both = chosen[-2:] + (i, "x") + () + (i * 2,)
        empty = () + ()
        out.append(() + both + (chosen,)[:0])
        if i % 7 == 0: chosen = ()
    return chosen, both, empty, out[-1] == both, () + both is both, out[-1] is both


print(joined(90))


class T(tuple):
    def __add__(self, other): return "T.__add__"

    def __radd__(self, other): return "T.__radd__"


def added(n):
    out = set()
    for i in range(n):
        t = T((1,)) if i % 3 == 0 else (1,)
        out.add(t + (2,))
        out.add((0,) + t)
    return sorted(out, key=str)


print(added(90))


def texts(n):
    out = []
    for i in range(n):
        s = "ab" if i % 2 else i
        t = f"{s}" + f"{s!s}" + f"{s:>3}" + f"{'x'}{s}{'y'}"
        out.append(t)
    return out[-2:]


print(texts(90))


class S(str):
    def __format__(self, spec): return "formatted"

    def __str__(self): return "str"


def shown(n):
    out = set()
    for i in range(n):
        s = S("s") if i % 4 == 0 else "s"
        out.add(f"{s}")
        out.add(f"<{s}>")
    return sorted(out)


print(shown(90))
