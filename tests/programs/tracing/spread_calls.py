"""Calls with the items of a list or tuple in hot loops: how many there are, what is called, what is left over, what goes wrong."""
import sys


def two(a, b): return a - b


def three(a, b=10, c=100): return a + b * c


def rest(a, *more): return a, more


def all_of(*all): return all


def later(*values):
    for v in values: yield v * 2


class Thing:
    def __init__(self, *parts): self.parts = parts
    def put(self, *more): return len(self.parts), more
    def one(self, x, y=3): return self.parts[0] + x * y
    @classmethod
    def make(cls, *parts): return cls(*parts)
    @staticmethod
    def plain(*parts): return parts


def lengths(n):
    out = []
    for i in range(n):
        items = list(range(i % 3 + 1))
        out.append(three(*items))
        out.append(rest(*items))
        out.append(all_of(*tuple(items)))
    return out


def literals(n):
    s = 0
    for i in range(n):
        s += two(*(i, 1)) + three(*[i, 2]) + len(all_of(*(i, i, i)))
        s += sum(all_of(*(), *(i,))) + two(*(i, *[s % 7]))
    return s


def bound(n):
    thing, seen = Thing(5, 6), []
    methods = {"put": thing.put, "one": thing.one}
    for i in range(n):
        name = "put" if i % 3 else "one"
        seen.append(methods[name](*[i] * (i % 2 + 1)))
        seen.append(thing.put(*(i,)))
    return seen


def classes(n):
    out = []
    for i in range(n):
        parts = [i] * (i % 2)
        out.append(Thing(*parts).parts + Thing.make(*parts).parts + Thing.plain(*parts))
        out.append(list(later(*parts)))
    return out


def wrong(n):
    counts = {}
    for i in range(n):
        items = [1] * (i % 4)
        try: two(*items)
        except TypeError as e: counts[str(e)] = counts.get(str(e), 0) + 1
        try: Thing(1).one(*items)
        except TypeError as e: counts[str(e)] = counts.get(str(e), 0) + 1
        try: two(*(i if i % 5 == 0 else items))
        except TypeError as e: counts[str(e)] = counts.get(str(e), 0) + 1
    return sorted(counts.items())


def raising(n):
    def fails(*args):
        if len(args) > 2: raise ValueError(args)
        return args
    lines = []
    for i in range(n):
        try: fails(*range(i % 4))
        except ValueError as e: lines.append((e.args, e.__traceback__.tb_next.tb_lineno - fails.__code__.co_firstlineno))
        try: fails(*[1, 2, 3][:i % 4])
        except ValueError as e: lines.append(e.args)
    return lines


class Loud:
    def __init__(self, name): self.name = name
    def __del__(self): dropped.append(self.name)


dropped = []


def last_reference(n):
    """The list, its items, and the method go before the callee starts, unless they are kept."""
    def look(*args): return len(dropped)
    class Caller(Loud):
        def call(self, *args): return len(dropped)
    out = []
    for i in range(n):
        out.append(look(*[Loud(i)]))
        out.append(Caller("c").call(*[Loud(i)]))
        out.append([Loud(i), look][1](*[]))
    return out[-6:], len(dropped)


def same_tuple(n):
    t, count = (1, 2), 0
    for i in range(n): count += all_of(*t) == t
    return count


def changes(n):
    def f(*a): return len(a)
    def g(*a): return -len(a)
    s = 0
    for i in range(n):
        if i == n // 2: f.__code__ = g.__code__
        s += f(*[i, i])
    return s


def mapped(n):
    s = 0
    for i in range(n):
        for t in map(all_of, [i, i + 1]): s += t[0]
        for t in map(rest, [i]): s += t[0] + len(t[1])
    return s


def looked_at(n):
    def look(*args): return sys._getframe(1).f_locals["i"], sys._getframe().f_locals["args"]
    return [look(*[i, str(i)]) for i in range(n)][-2:]


def deep(n, *more):
    return n + len(more) if n == 0 else deep(*[n - 1], *more, n)


for f in lengths, literals, bound, classes, wrong, raising, last_reference, same_tuple, changes, mapped, looked_at:
    result = f(60)
    print(f.__name__, hash(repr(result)) and len(repr(result)), repr(result)[:300])
print([deep(i % 7) for i in range(50)])
