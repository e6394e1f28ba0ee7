# Builtins over iterators that run no Python at first, and then do: objects of Python among plain ones, generators behind lists, keys that are
# native for some items and Python's for others. What was taken or called is not taken or called again.
import functools
import itertools
import operator

log = []


class V:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"V{self.n}"
    def __add__(self, o): log.append(f"{self}+{o}"); return V(self.n + (o.n if isinstance(o, V) else o))
    def __radd__(self, o): log.append(f"{o}+{self} reflected"); return V(self.n + o)
    def __abs__(self): log.append(f"abs {self}"); return abs(self.n)
    def __len__(self): log.append(f"len {self}"); return self.n
    def __bool__(self): log.append(f"bool {self}"); return self.n > 2
    def __hash__(self): log.append(f"hash {self}"); return hash(self.n)
    def __eq__(self, o): log.append(f"{self}=={o}"); return self.n == (o.n if isinstance(o, V) else o)
    def __lt__(self, o): log.append(f"{self}<{o}"); return self.n < (o.n if isinstance(o, V) else o)
    def __gt__(self, o): log.append(f"{self}>{o}"); return self.n > (o.n if isinstance(o, V) else o)


def gen(*items):
    for item in items:
        log.append(f"yield {item}")
        yield item


def fail(*items):
    yield from gen(*items)
    raise KeyError("fails")


sources = {
    "plain": lambda: iter([3, 1, 2]), "floats": lambda: iter((1.5, 2, True)), "none": lambda: iter([]), "object": lambda: iter([3, 1, V(2), 4, V(0)]),
    "first": lambda: iter([V(1), 2]), "dict": lambda: {2: 1, V(1): 2, 3: 3}, "values": lambda: {1: 5, 2: V(4)}.values(), "zipped": lambda: map(abs, [1, -2, V(3)]),
    "generator": lambda: itertools.chain([5, 1], gen(4, 0)), "failing": lambda: itertools.chain([5, 1], fail(7)), "sliced": lambda: itertools.islice(gen(9, 8, 7), 2),
    "enumerated": lambda: map(operator.itemgetter(1), enumerate([2, V(1)])), "filtered": lambda: filter(None, [0, 3, V(5), V(1), 2]), "mixed": lambda: iter([1, "a", 2]),
    "big": lambda: iter([2**62, 2**62, 2**62, -1]), "range": lambda: range(4), "counted": lambda: itertools.islice(itertools.count(2**63 - 2), 4),
    "cycle": lambda: itertools.islice(itertools.cycle([1, V(2)]), 3), "longest": lambda: itertools.starmap(operator.add, itertools.zip_longest([1, 2], [3], fillvalue=V(4))),
}
uses = {
    "sum": sum, "sum from": lambda i: sum(i, 0.5), "any": any, "all": all, "min": min, "max": max, "min abs": lambda i: min(i, key=abs), "max abs": lambda i: max(i, key=abs),
    "max default": lambda i: max(i, key=abs, default="none"), "sorted": sorted, "sorted abs": lambda i: sorted(i, key=abs), "reversed": lambda i: sorted(i, key=abs, reverse=True),
    "reduce": lambda i: functools.reduce(operator.add, i), "reduce initial": lambda i: functools.reduce(operator.sub, i, 10), "set": lambda i: sorted(map(str, set(i))), "dict": lambda i: dict(zip(i, "abcdefgh")),
    "list": list, "tuple": tuple, "join": lambda i: "-".join(map(str, i)), "extend": lambda i: [0] + [*i], "in": lambda i: 2 in i, "star": lambda i: max(*i, 0),
}
for name, source in sources.items():
    for way, use in uses.items():
        log.clear()
        it = source()
        try: r = repr(use(it))
        except Exception as e: r = f"{type(e).__name__}: {e}"
        try: left = list(it) if iter(it) is it else ""
        except Exception as e: left = type(e).__name__
        print(f"{way} {name} -> {r} | {left} | {'; '.join(log)}")

# A list is empty to its keys, whoever they are.
for items in ([3, 1, 2], [3, V(1), 2], [V(3), V(1)]):
    log.clear()
    items.sort(key=abs)
    print(items, log)
seen = []


class Spy:
    def __abs__(self): seen.append(list(spied)); return 0


spied = [2, Spy(), 1]
spied.sort(key=abs)
print(seen, [type(x).__name__ for x in spied])
touched = [1]
try: touched.sort(key=touched.append)
except Exception as e: print(type(e).__name__, e, touched)
for bad in (5, None, V(1)):
    for use in (sum, any, min, sorted, lambda x: functools.reduce(operator.add, x)):
        try: use(bad)
        except Exception as e: print(type(e).__name__, e)
getter = operator.itemgetter(1)
print(min([(1, 5), (2, 3), (0, 3)], key=getter), sorted({"a": 2, "b": 1}.items(), key=getter), max([[1, V(2)], (0, V(3))], key=getter))
for wrong in ((), (1, 2), (5,), ([],)):
    try: getter(*wrong)
    except Exception as e: print(type(e).__name__, e)
try: getter([], x=1)
except TypeError as e: print(e)
half = functools.partial(pow, 2)
print(half(5), half(V(1)) if hasattr(V, "__rpow__") else "", list(map(half, range(4))), functools.partial(sorted, key=abs)([3, V(1)]))


# Numbers of Python are counted on by their own addition.
class Number:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        print('add', self.n, other)
        return Number(self.n + other)

    def __int__(self):
        return self.n


counting = itertools.count(Number(3), 2)
print([next(counting).n for _ in range(3)])
