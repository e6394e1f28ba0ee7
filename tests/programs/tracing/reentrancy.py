# Traces within traces by way of native code, whose world changes meanwhile; the inner ones make and end what the outer ones run on.
import sys


class K:
    scale = 1
    def __init__(self, v): self.v = v
    def __lt__(self, other):
        inner(3)
        return self.v * self.scale < other.v * other.scale
    def __hash__(self): return hash(self.v % 3)
    def __eq__(self, other):
        inner(2)
        return self.v == other.v
    def __repr__(self): return f"K({inner(4)}, {self.v})"


def inner(n):
    total = 0
    for i in range(n * 5): total += i * K.scale
    return total


def outer(n, change):
    out = []
    for i in range(n):
        keys = [K(i % 5), K(3), K(i % 2), K(1)]
        out.append([k.v for k in sorted(keys)])
        out.append(len({k: i for k in keys}))
        out.append(str(keys[:1]))
        out.append(max(keys, key=lambda k: k.v + inner(1)).v)
        if i % 17 == 16: change(i)
    return out


def change_class(i): K.scale = 1 + i % 3
def change_global(i):
    global inner
    old = inner
    if i < 60: inner = lambda n: old(n) + 1
def change_code(i): K.__repr__.__code__ = (lambda self: f"L({self.v})").__code__ if i % 2 else (lambda self: f"M({self.v})").__code__


for change in change_class, change_global, change_code:
    out = outer(55, change)
    digest = 0
    for r in out:
        for ch in repr(r): digest = (digest * 31 + ord(ch)) % 1000003
    print(change.__name__, len(out), digest, out[-4:])


def through(n, depth):
    """Recursion through native code, each level with a hot loop."""
    total = 0
    for i in range(n):
        total += i
        if i == n - 2 and depth: total += sum(map(lambda d: through(n, d), [depth - 1]))
    return total


print(through(30, 12), through(5, 30))


class Loop:
    """An iterator whose steps run hot loops, and change its class midway."""
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration
        if self.n == 20: Loop.extra = 5
        return inner(2) + getattr(self, "extra", 0)


def over(n):
    return [sum(x for x in Loop(n)), list(map(int, Loop(n)))[-3:], max(Loop(n)), len(dict.fromkeys(Loop(n)))]


print(over(40), over(40))
def throwing(n):
    out = 0
    def g():
        for i in range(n):
            try: yield i
            except KeyError: yield -i
    it = g()
    for i in it:
        out += i
        if i % 7 == 3: out += it.throw(KeyError())
        if i > n - 5: it.close()
    return out
print(throwing(60))
