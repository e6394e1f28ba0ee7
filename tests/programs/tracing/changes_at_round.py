# Whatever a loop's first rounds established ends in round k: types, values, lengths, shapes; k goes through the rounds around which traces
# are made, entered and left.


class A:
    def __init__(self, v): self.v = v
    def f(self): return self.v
    def __add__(self, o): return self.v + o
class B(A):
    def f(self): return -self.v
class D:
    __slots__ = ("v",)
    def __init__(self, v): self.v = v
    def f(self): return self.v * 2
    def __add__(self, o): return o


def types(n, k, first, then):
    x, total, out = first, 0, []
    for i in range(n):
        if i == k: x = then
        try: out.append(x + i)
        except TypeError: out.append("no")
    return out[k - 1:k + 2], out[-1]


def carried(n, k, then):
    s = 0
    for i in range(n):
        s = s + 1
        if i == k: s = then
        if type(s) is str: s = len(s)
    return s, type(s).__name__


def methods(n, k, other):
    o, total = A(3), 0
    for i in range(n):
        total += o.f() + o.v
        if i == k: o = other
    return total


def lengths(n, k):
    t, total = (1, 2), 0
    for i in range(n):
        if i == k: t = (1, 2, 3)
        try:
            a, b = t
            total += a + b
        except ValueError: total += 100
    return total


def iterators(n, k):
    total = 0
    for i in range(n):
        source = range(3) if i != k else [5, 6] if k % 2 else (x for x in (7, 8))
        for x in source: total += x
    return total


def invariant(n, k):
    """An invariant that is none: it changes in a branch that the first rounds do not take."""
    a, b, total = 2, 3.0, 0
    for i in range(n):
        total += a * b + (a < b)
        if i == k: a, b = b, a
        if i == k + 1: a = 1 << 40
        if i == k + 2: a = 1 << 80
    return total


def none(n, k):
    x, count = None, 0
    for i in range(n):
        if x is None: count += 1
        elif x: count += 10
        if i == k: x = i % 2
        if i == k + 3: x = None
    return count


def attributes(n, k):
    o, total = A(1), 0
    for i in range(n):
        total += o.v
        if i == k: o.w = 1; o.v = 2.5
        if i == k + 2: o.__dict__ = {"v": 7}
        if i == k + 4: o.__class__ = B
        total += o.f()
    return total


results = []
for k in list(range(1, 12)) + [15, 16, 17, 62, 63, 64, 70]:
    n = k + 9
    for first, then in ((1, 2.5), (1.5, 2), (1, True), (True, 1), (1, 1 << 62), (1, 1 << 70), (1.5, "s"), (A(1), D(1)), (1, A(5)), (A(2), B(3)), (D(2), 0.5)):
        results.append(types(n, k, first, then))
    for then in (1.5, True, 1 << 61, 1 << 90, "text", -0.0): results.append(carried(n, k, then))
    for other in (A(9), B(9), D(9)): results.append(methods(n, k, other))
    results += [lengths(n, k), iterators(n, k), invariant(n, k), none(n, k), attributes(n, k)]
digest = 0
for r in results:
    for ch in repr(r): digest = (digest * 31 + ord(ch)) % 1000003
print(len(results), digest)
for r in results[-60:]: print(r)
