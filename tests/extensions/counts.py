# C code that looks at reference counts never finds one that is lower than in CPython: what a loop's frame has, its stack has too.
import sys
sys.path.insert(0, sys.argv[1])
from counts import Looker, one, seen


class Holder:
    def __init__(self, item): self.item = item
    def method(self, a): return one(a)
    def both(self, a, b): return a + b


class Sub(Looker):
    pass


def function(n, a, h):
    low = 99
    for i in range(n):
        c = one(a)
        if c < low: low = c
    return low


def attribute(n, a, h):
    low = 99
    for i in range(n):
        c = one(h.item)
        if c < low: low = c
    return low


def inlined(n, a, h):
    low = 99
    for i in range(n):
        c = h.method(a)
        if c < low: low = c
    return low


def fast(n, a, h):
    low = 99
    for i in range(n):
        x, y = seen(a, h)
        if x < low: low = x
        if y < low: low = y
    return low


def fresh(n, a, h):
    low = 99
    for i in range(n):
        t = (i, a)
        c = one(t)
        if c < low: low = c
        u = [t]
        x, y = seen(t, u)
        if x < low: low = x
        if y < low: low = y
    return low


def added(n, a, h):
    low, b = 99, Looker()
    for i in range(n):
        x, y = a + b
        if x < low: low = x
        if y < low: low = y
    return low


def followed(n, a, h):
    low, b = 99, Looker()
    for i in range(n):
        x, y = h.both(a, b)
        if x < low: low = x
        if y < low: low = y
    return low


def inplace(n, a, h):
    low, b = 99, Looker()
    for i in range(n):
        c = a
        c *= b
        x, y = c
        if x < low: low = x
        if y < low: low = y
    return low


def compared(n, a, h):
    low, b = 99, Looker()
    for i in range(n):
        x, y, op = a < b
        if x < low: low = x
        if y < low: low = y
    return low


def subscripted(n, a, h):
    low, b = 99, [1]
    for i in range(n):
        x, y = a[b]
        if x < low: low = x
        if y < low: low = y
    return low


def called(n, a, h):
    low, b = 99, [1]
    for i in range(n):
        x, y = a.method(b)
        if x < low: low = x
        if y < low: low = y
    return low


def subclass(n, a, h):
    low, b = 99, Sub()
    for i in range(n):
        x, y = b + a
        if x < low: low = x
        if y < low: low = y
    return low


def temporary(n, a, h):
    low = 99
    for i in range(n):
        c = one((i, i))
        if c < low: low = c
        c = one([a])
        if c < low: low = c
    return low


# The frames that have it, and the stack; a temporary is on the stack alone.
LEAST = {inlined: 3, followed: 3, temporary: 1}
for f in (function, attribute, inlined, fast, fresh, added, followed, inplace, compared, subscripted, called, subclass, temporary):
    least = LEAST.get(f, 2)
    first, later = f(1, Looker(), Holder([2])), f(500, Looker(), Holder([2]))
    print(f.__name__, first >= least, later >= least, later if "--show" in sys.argv else "")
