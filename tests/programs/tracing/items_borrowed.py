"""Items of tuples that traces borrow: they live as long as whoever reads them, and no longer than CPython keeps them."""
import sys


class Item:
    def __init__(self, name, log): self.name, self.log = name, log
    def __del__(self): self.log.append(self.name)


def walk(node):
    """The local that keeps the tuple is given its own item."""
    total = 0
    while node:
        total += node[0]
        node = node[1]
    return total


def swap(pairs):
    out = []
    for pair in pairs:
        first = pair[0]
        a, b = pair
        pair = (b, a)
        out.append((first, pair[0], a))
        a, b = b, pair
        out.append(b[1] + a)
    return out


def kept(n, log):
    t = (Item("a%d" % n, log), Item("b%d" % n, log))
    first = t[0]
    t = n
    log.append("tuple gone")
    name = first.name
    first = None
    log.append(name)
    return t


def inner(t): return t[1][0]


def nested(n):
    t = (n, (n + 1, [n]), "x" * 3)
    a = inner(t)
    u = t[1]
    t = None
    b = u[1]
    u = None
    b.append(a)
    return a + len(b) + b[0]


def through_default(n, box=((1, 2), (3, 4))):
    pair = box[n % 2]
    box = pair[0]
    pair = box, pair[1]
    return pair[0] * 10 + pair[1]


def grabbed(n, log):
    """A frame that somebody looks at, and a count that somebody reads."""
    t = (Item("g", log), [n])
    x = t[1]
    before = sys.getrefcount(x)
    seen = sys._getframe().f_locals["x"] is x
    t = None
    return before, sys.getrefcount(x), seen


def caught(n):
    t = (n, (n, str(n)))
    try:
        a, (b, c) = t
        t = c
        if n % 3 == 0: raise KeyError(t)
        return a + b, t
    except KeyError as e:
        return e.args[0] + t


def generated(n):
    t = (n, [n], (n, n + 1))
    for x in t[2]:
        y = t[1]
        t = (t[0], y, t[2])
        yield x, y
        y.append(x)


def closed(n):
    t = (n, (n + 1, n + 2))
    x = t[1]
    if n == 77: return lambda: (t, x)
    y = x[0]
    t = x
    x = t[1]
    return x + y


chain = None
for k in range(30): chain = (k, chain)
log = []
for n in range(60):
    got = [walk(chain), swap([(n, 1), (2, n)]), kept(n, log), nested(n), through_default(n), grabbed(n, log), caught(n), list(generated(n)), closed(n)]
    if n % 9 == 0: print(n, got, log[-6:])
print(len(log), closed(77)())
