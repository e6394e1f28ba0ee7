"""What the loop does without detours: small ints, parts of sequences, membership, direct calls, floats in place."""


def shown(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__, str(e)


# ---- operators on small ints, and their misses
def ints(a, b):
    out = []
    for f in (
        lambda a, b: a & b, lambda a, b: a | b, lambda a, b: a ^ b, lambda a, b: a // b, lambda a, b: a % b,
        lambda a, b: a << b if b < 99 else None, lambda a, b: a >> b, lambda a, b: a**b if abs(b) < 9 else None,
    ):
        for _ in range(4):
            r = shown(f, a, b)
        out.append(r)
    return out


for a in (0, 1, -1, 7, -7, 2**30 - 1, 2**30, -(2**31), 2**59 + 3, -(2**59) - 3, 2**60, True, 2.5):
    for b in (0, 1, -1, 3, -3, 5, 29, 31, 70, 2**31, -(2**45), False):
        print(a, b, ints(a, b))


def mixed(values):
    total = 0
    for a, b in values:
        total = total + (a & b if not isinstance(a, float) else a // b)
        total %= 1000003
    return total


print(mixed([(i, i + 3) for i in range(50)] + [(2**70 + i, 2**65) for i in range(20)] + [(i / 2, 3.0) for i in range(20)]))


# ---- characters and parts
class Index:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n


class Sub(list): pass


def item(x, i): return x[i]
def part(x, i, j): return x[i:j]
def stepped(x, i, j, k): return x[i:j:k]


texts = ("abc", "äöü", "αβγ", "\U0001f600xy", "", b"abc", (1, 2, 3), [1, 2, 3], Sub([1, 2, 3]), range(3), bytearray(b"xyz"))
for x in texts:
    for i in (0, 1, 2, 3, -1, -3, -4, 2**40, True, Index(1), None, "a", 1.0):
        print(repr(x), getattr(i, "n", i), shown(item, x, i))
for x in texts:
    for i, j in ((0, 2), (None, 2), (1, None), (None, None), (-2, None), (2, 1), (-9, 9), (0, 2**40), (-(2**40), 2), (True, Index(2)), ("a", 1), (0.5, 1)):
        got = shown(part, x, i, j)
        print(repr(x), getattr(i, "n", i), getattr(j, "n", j), got, type(got).__name__, got is x)
    for k in (1, 2, -1, -2, 0, None, True, Index(-1), "x"):
        print(repr(x), getattr(k, "n", k), shown(stepped, x, None, None, k), shown(stepped, x, 2, None, k), shown(stepped, x, -1, 0, k))


# ---- parts of lists replaced
def put(x, i, j, value):
    x[i:j] = value
    return x


def put_stepped(x, i, j, k, value):
    x[i:j:k] = value
    return x


for i, j in ((0, 2), (1, 1), (3, 1), (None, None), (-2, None), (0, 2**40), (4, 9), (Index(1), 2)):
    for value in ([], [7], [7, 8], [7, 8, 9, 10], (7, 8), "xy", iter([5]), Sub([6, 6]), 5):
        print(getattr(i, "n", i), j, shown(put, [0, 1, 2, 3], i, j, value))
for k in (1, 2, -1, None, 0):
    print(k, shown(put_stepped, [0, 1, 2, 3], None, None, k, [9, 8, 7, 6]), shown(put_stepped, [0, 1, 2, 3], None, None, k, [9, 8]))
itself = [1, 2, 3]
itself[1:2] = itself
itself[:3] = itself[::-1]
print(itself)


class Noisy:
    def __init__(self, where): self.where = where
    def __del__(self): print("gone", [type(x).__name__ for x in self.where])


where = []
where[:] = [Noisy(where), 1, Noisy(where)]
where[0:2] = [2, 3]
where[:] = [4, 5, 6]
print(where)


# ---- membership
class Odd(str):
    def __eq__(self, other): return other == "b"
    __hash__ = str.__hash__


class Always:
    def __eq__(self, other): return True
    __hash__ = None


def within(x, c): return (x in c, x not in c)
def jumps(x, c):
    if x in c: return "in"
    return "out" if x not in c else "?"


for c in ("abc", "", "αβ", ("a", "b"), ["a", 1, None], (1, 2.0, True), {"a": 1, 2: 3, b"z": 4}, {1, "b", b"z"}, frozenset((3, "c")), [Always()], (Odd("q"), "c"), b"abz", range(4), 5):
    for x in ("a", "b", "", "β", "bc", 1, 2, 2**70, 97, None, True, 1.0, b"z", Odd("a"), [1], Always()):
        print(type(x).__name__, x if isinstance(x, (str, int, bytes)) else "", c if not isinstance(c, (list, tuple, set, frozenset)) else len(c), shown(within, x, c), shown(jumps, x, c))


# ---- builtins called at once
class Claims:
    @property
    def __class__(self): return int


class Length:
    def __len__(self): return 3


class Meta(type):
    def __instancecheck__(cls, obj): return obj == 1


class Strange(metaclass=Meta): pass


def size(x): return len(x)
def kind(x, c): return isinstance(x, c)


for x in ("ab", [1], (1, 2), {1: 2}, {1}, b"abc", range(7), Length(), Sub([1]), 5, None, bytearray(2), memoryview(b"12")):
    print(type(x).__name__, shown(size, x))
for x in (1, True, "a", None, Claims(), Length(), Sub(), int):
    for c in (int, (int, str), (str, (list, int)), list, object, type, Strange, (Strange, int), (int, 5), 5, int | None, ()):
        print(type(x).__name__, c if isinstance(c, int) else "", shown(kind, x, c))
for f in (
    lambda: len(), lambda: len(1, 2), lambda: len("a", x=1), lambda: isinstance(1), lambda: isinstance(1, int, 2), lambda: [].append(),
    lambda: [].append(1, 2), lambda: "".join(), lambda: "-".join(["a", 1]), lambda: "-".join(("a", "b")), lambda: "-".join(Sub(["x", "y"])),
    lambda: "-".join(["a", Odd("z")]), lambda: "-".join([]), lambda: "-".join(5), lambda: "a".upper(1), lambda: str.upper(1), lambda: list.append((), 1),
    lambda: {}.get(), lambda: {1: 2}.get(1), lambda: {}.get([]), lambda: [1, 2].pop(0), lambda: [].pop(), lambda: [1].pop("a"), lambda: [1].index(2),
    lambda: [1, 2].pop(Index(1)), lambda: {1}.add([]), lambda: {"a": 1}.pop("a"), lambda: {}.pop("b"), lambda: ord("ab"), lambda: chr(-1), lambda: hash([]),
):
    for _ in range(3):
        r = shown(f)
    print(r)


# ---- floats: an operand that nobody else has becomes the result
def floats(n):
    x, kept = 1.5, []
    for i in range(n):
        y = x * 2.0 - 0.5 + x
        z = (x + y) * (y - x)
        kept.append(y)
        x = z / 64.0 + 0.25
    return x, kept[:3], kept[-1], 1.5, 2.0


print(floats(40))


# ---- sequences taken apart
def star(x):
    a, *b, c = x
    return a, b, c


for x in ([1, 2], (1, 2, 3), "abcd", [1], (), range(5), 7):
    print(shown(star, x))


def shape(x):
    match x:
        case []: return "empty"
        case [a]: return "one", a
        case [a, "x", *rest]: return "x", a, rest
        case [a, b]: return "two", a, b
        case {"k": v}: return "map", v
        case _: return "other"


for x in ([], (), [1], (1, "x"), [1, "x", 3], (1, 2), [1, 2, 3], Sub([5]), "ab", {"k": 2}, range(2)):
    print(shown(shape, x))


# ---- comparisons that jump
def compares(a, b):
    out = []
    for _ in range(3):
        out = []
        if a < b: out.append("<")
        if a <= b: out.append("<=")
        if a == b: out.append("==")
        if a != b: out.append("!=")
        if a > b: out.append(">")
        if not a >= b: out.append("not >=")
        out.append((a < b) + (a == b))
    return "".join(map(str, out))


nan = float("nan")
for a, b in ((1, 2), (2, 1), (3, 3), ("a", "b"), ("b", "a"), ("ä", "z"), ("α", "β"), ("", "a"), ("ab", "a"), (1.5, 2.5), (nan, nan), (2**70, 1), (1, 1.0), ("a", 1), (None, None)):
    print(repr(a), repr(b), shown(compares, a, b))
