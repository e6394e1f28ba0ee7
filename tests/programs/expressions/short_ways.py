# What has a short way where it is plain: pairs taken apart at once, `in` with a method, calls with defaults, builtins with plain arguments.
import sys


def show(f, *args):
    try: print(f(*args))
    except Exception as e: print(type(e).__name__, e)


# ---- pairs
def items(d, grow):
    out = []
    for k, v in d.items():
        out.append((k, v))
        if grow: d[len(d)] = 0
    return out


def pairs(it):
    out, b = [], None
    for a, b in it: out.append(a); out.append(b)
    return out, b


class Pair:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter((self.n, -self.n))


for round in range(3):
    show(items, {1: 2, "a": "b"}, False)
    show(items, {1: 2, "a": "b"}, True)
    show(pairs, enumerate("ab"))
    show(pairs, enumerate([5, 6], 10))
    show(pairs, enumerate((), 1))
    show(pairs, enumerate(range(2), sys.maxsize))
    show(pairs, enumerate([1, 2], 2 ** 70))
    show(pairs, zip([1, 2, 3], (4, 5)))
    show(pairs, zip((4, 5), [1, 2, 3]))
    show(pairs, zip([1], [2], [3]))
    show(pairs, zip([1, 2]))
    show(pairs, zip([1, 2], [1], strict=True))
    show(pairs, zip(range(2), range(5, 9), strict=False))
    show(pairs, [(1, 2), [3, 4], "xy", Pair(7), {5: 0, 6: 0}])
    show(pairs, [(1, 2), (3,)])
    show(pairs, [(1, 2), 5])
    show(pairs, {(1, 2): 3}.items())
    show(pairs, {1: 2}.keys())
    show(pairs, {"ab": 2}.keys())
it = zip([1, 2, 3], [4, 5])
for a, b in it: pass
print(list(it), a, b)
numbers = iter([1, 2, 3, 4])
for a, b in zip(numbers, numbers): print(a, b, end=" ")
numbers, few = iter([1, 2, 3]), iter([9])
for a, b in zip(numbers, few): print(a, b, next(numbers), end=" ")
print(list(numbers))


def nested():
    try:
        for i, (k, v) in enumerate({"a": (1, 2), "b": 3}.items()):
            x, y = v
            print(i, k, v, x, y)
    except TypeError as e: print(e, i, k, v, e.__traceback__.tb_lineno - nested.__code__.co_firstlineno)


nested()


# ---- `in`
class In:
    def __init__(self, answer): self.answer = answer
    def __contains__(self, item):
        if item == "raise": raise KeyError(self.answer)
        return self.answer


class Odd:
    def __bool__(self): return False


class Bad:
    def __bool__(self): return "no"


class Lengthy:
    def __len__(self): return 3


class Inherits(In): pass
class Not: __contains__ = None
class Static: __contains__ = staticmethod(lambda item: item == 1)
class Yields:
    def __contains__(self, item): yield item


for answer in (True, False, 0, 1, 2.5, "", "x", None, [], [0], Odd(), Lengthy(), Bad()):
    show(lambda: (1 in In(answer), 1 not in In(answer), "yes" if 1 in Inherits(answer) else "no"))
show(lambda: "raise" in In(1))
show(lambda: 1 in Not())
show(lambda: (1 in Static(), 2 in Static(), 1 not in Static(), 5 in Yields(), 5 not in Yields()))


class Deep:
    depth = 0
    def __contains__(self, item):
        Deep.depth += 1
        return item in self


try: 1 in Deep()
except RecursionError as e: print(e, Deep.depth)


# ---- defaults and collected arguments
def d1(a, b=2, *, k=3): return a, b, k
def d2(a, b=2, c=3):
    x = a
    return x, b, c
def d3(a=1): return a
def d4(*a): return a
def d5(x, *a, y=0): return x, a, y
def d6(x, y): return x, y


for round in range(3):
    show(d1, 1); show(d2, 1); show(d2, 1, 5); show(d2); show(d2, 1, 2, 3, 4); show(d3); show(d3, 2); show(d4); show(d4, 1, 2); show(d5, 1); show(d5, 1, 2, 3)
    show(lambda: d5(1, 2, y=4)); show(lambda: d2(1, c=5)); show(lambda: d2(b=1)); show(d6, 1); show(d6)
    d6.__defaults__ = (9,) if round == 0 else (7, 8, 9)
d2.__defaults__ = None
show(d2, 1)


def gen(a, b=[]):
    b.append(a)
    yield from b


print(list(gen(1)), list(gen(2)))


# ---- builtins
class Meta(type): pass
class C(metaclass=Meta):
    def __str__(self): return "C!"
class Text(str): pass
class Int(int):
    def __str__(self): return "Int!"
class List(list):
    def __iter__(self): return iter("own")


for round in range(3):
    print(type(1), type(C()), type(C), type(Meta), str("a"), str(Text("t")), type(str(Text("t"))), str(5), str(-5), str(0), str(True), str(10 ** 20), str(-(1 << 60) + 1), str(C()), str(Int(3)))
    print(tuple([1, 2]), tuple(List([1])), tuple("ab"), tuple((1,)), str(Int), [str(x) for x in (9, 10, 99, 100, 2 ** 30 - 1, 2 ** 30, 2 ** 60 - 1, 2 ** 60, -9)])
    print(abs(-3), ord("a"), chr(97), hash(5), getattr(C, "__name__"), getattr(5, "real"), hasattr(5, "imag"), hasattr(C(), "zz"), hasattr(C(), "__str__"), getattr(C(), "zz", None))
    show(getattr, C(), "zz"); show(ord, "ab"); show(chr, -1); show(abs, "x"); show(getattr, C(), 5); show(hasattr, C(), 5); show(type, 1, 2); show(str, 1, 2); show(tuple, 5)
    print(", ".join(("a", "b")), "".join([]), "".join(("x",)), "-".join(("a", "é", "☃")), "ab cb".split(), "ab cb".split("b"), "x".replace("x", "yy"))
    show(lambda: "".join(("a", 1))); show(lambda: [].extend(5))
    l = [1]; l.extend(l); l.extend((2, 3)); l.extend("ab"); print(l, [].extend([]))
    print(f"{'a'}{'é'}-{1}", f"{''}{''}", f"{'x'}{''}", f"{C()}{Text('q')}{1.5!r:>5}{'☃'}", {i % 3 for i in range(9)}, {str(i): i for i in range(3)})
    print((1 << 100) & 0xff, (1 << 100) | 3, (1 << 100) ^ (1 << 100), ((1 << 100) | 5) & 7, (1 << 70) & (1 << 100), -(1 << 70) & ((1 << 71) - 1), (1 << 70) | -1, ((1 << 90) - 1) ^ ((1 << 60) - 1))


# ---- keys and maps by functions of Python
data = [3, 1, 2]


def changes(x):
    data.append(x)
    return x


for f in (lambda: sorted([3, 1, 2], key=lambda x: -x), lambda: sorted("hello", key=lambda c: c, reverse=True), lambda: sorted({3: 1, 1: 2}, key=lambda k: k), lambda: sorted([1, "a"], key=lambda x: x),
          lambda: sorted([1, 2], key=lambda x: 1 / 0), lambda: sorted(data, key=changes), lambda: data.sort(key=changes), lambda: sorted(5, key=lambda x: x), lambda: sorted([], key=lambda x: x),
          lambda: sorted((C for C in (3, 2)), key=lambda x: x), lambda: list(map(lambda x: x + 1, [1, 2])), lambda: list(map(lambda x, y: x + y, [1, 2], (3,))), lambda: [x for x in map(lambda x: 1 // x, [1, 0])],
          lambda: sum(map(lambda x: x, range(4))), lambda: list(map(d2, [1])), lambda: "".join(map(lambda c: c * 2, "ab")), lambda: any(map(lambda x: x > 1, (0, 1, 2))), lambda: max(map(lambda x: -x, [3, 1])),
          lambda: set([3, 1, 3, 2]), lambda: list(x for x in [1, 2]), lambda: sum(x for x in (1, 2)), lambda: all(x for x in (1, 0)), lambda: dict((x, x) for x in "ab"), lambda: min([3, 1, 2], key=lambda x: -x)):
    show(f)
print(data)
