# The iterator protocol by hand: __iter__, __next__, iter() with a sentinel, exhausted and failing iterators, in every consumer.
class Count:
    def __init__(self, n, error=None): self.n, self.i, self.error = n, 0, error
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n:
            if self.error: raise self.error
            raise StopIteration("value ignored")
        self.i += 1
        return self.i


consumers = {
    "list": list, "tuple": tuple, "set": set, "sorted": sorted, "sum": sum, "max": max, "min": min, "any": any, "all": all, "dict": lambda it: dict((x, x) for x in it), "enumerate": lambda it: list(enumerate(it)),
    "zip": lambda it: list(zip(it, "abcdef")), "map": lambda it: list(map(str, it)), "filter": lambda it: list(filter(None, it)), "join": lambda it: ",".join(str(x) for x in it), "star": lambda it: [*it], "call": lambda it: (lambda *a: a)(*it),
    "unpack": lambda it: exec("a, *b = it", {"it": it}), "in": lambda it: 2 in it, "not in": lambda it: 99 in it, "extend": lambda it: [0].extend(it), "slice": lambda it: exec("l[:] = it", {"it": it, "l": [1]}), "update": lambda it: {0}.update(it),
    "frozenset": frozenset, "bytes": bytes, "bytearray": lambda it: bytearray(it), "iadd": lambda it: exec("l += it", {"it": it, "l": []}), "fromkeys": dict.fromkeys, "union": lambda it: {9} | set(it), "isdisjoint": lambda it: {2}.isdisjoint(it),
    "for": lambda it: [x for x in it], "genexp": lambda it: list(x * 2 for x in it), "yield from": lambda it: list((lambda: (yield from it))()), "next": lambda it: next(it), "reversed list": lambda it: list(reversed(list(it))),
    "count": lambda it: sum(1 for _ in it), "zip2": lambda it: list(zip(it, it)), "intersection": lambda it: {1, 2, 9}.intersection(it), "difference": lambda it: {1, 7}.difference(it), "str.join": lambda it: "".join(it),
}
for name, use in consumers.items():
    row = []
    for it in (Count(3), Count(0), Count(2, ValueError("midway")), iter([1, 2])):
        try:
            row.append(repr(use(it)))
        except Exception as e:
            row.append(f"{type(e).__name__}({e})")
    print(name, row)

values = iter([3, 1, 0, 7])
print(list(iter(lambda: next(values), 0)), next(values), list(iter([1].pop, 5)) if 0 else "")
it = iter(int, 1)
print(next(it), type(it).__name__)
stop = iter(lambda: 1, 1)
print(list(stop), list(stop), next(stop, "default"))
for args in ((5,), (5, 1), (), ([], 1, 2), (lambda: 1,)):
    try:
        print(iter(*args))
    except TypeError as e:
        print(e)


def raising():
    raise StopIteration("from callable")


print(list(iter(raising, 1)))
for args in ((5,), ([],), (), (iter([]),), (iter([]), "d"), (iter([]), 1, 2), (iter([]), None)):
    try:
        print(next(*args))
    except Exception as e:
        print(type(e).__name__, e)


class NextOnly:
    def __next__(self): return "next only"


class NoNext:
    def __iter__(self): return self


print(next(NextOnly()))
for bad in (lambda: list(NextOnly()), lambda: iter(NoNext()), lambda: [x for x in NextOnly()], lambda: list(NoNext()), lambda: next(NoNext())):
    try:
        print(bad())
    except TypeError as e:
        print(e)
l = [1, 2, 3]
it = iter(l)
next(it)
l.append(4)
print(list(it), next(it, "done"))
l.append(5)
print(next(it, "stays done"))
d = {"a": 1, "b": 2}
for change in ("d['c'] = 3", "del d['a']", "d['b'] = 9", "d.clear()"):
    d = {"a": 1, "b": 2}
    try:
        for k in d: exec(change)
        print(change, "fine", d)
    except Exception as e:
        print(change, type(e).__name__, e)
s = {1}
try:
    for x in s: s.add(x + 1)
except RuntimeError as e:
    print(e)
e = enumerate("ab", 5)
z = zip("abc", [1, 2])
m = map(lambda a, b: a + b, [1, 2, 3], [10, 20])
f = filter(lambda v: v % 2, range(6))
r = reversed([1, 2, 3])
for i in (e, z, m, f, r, iter("xy"), iter((1, 2)), iter(range(3)), iter({"k": 1}), iter({5}), iter(b"ab"), iter({"k": 1}.items()), iter({"k": 1}.values())):
    print(type(i).__name__, iter(i) is i, next(i), list(i), list(i), hasattr(i, "__length_hint__"))
print(iter([1, 2, 3]).__length_hint__(), iter(range(5)).__length_hint__(), iter("abc").__length_hint__(), reversed([1]).__length_hint__(), iter((1, 2)).__reduce__()[1:], iter([]).__setstate__ is not None)
print(list(zip()), list(zip("a")), list(map(str)) if 0 else "", list(enumerate("")), next(enumerate("q", -1)), list(zip([1], [2], [3])), list(map(max, [1, 5], [3, 2], [2, 9])))
for bad in ("zip(5)", "map(str)", "map()", "filter(1)", "filter(None, 5)", "enumerate()", "enumerate(5)", "enumerate([], 'a')", "list(zip([1], [1, 2], strict=True))", "list(zip([1, 2], [1], strict=True))", "list(zip([1], [1], [], strict=True))", "list(zip([1], [2], strict=True))",
            "list(map(5, [1]))", "list(filter(5, [1]))", "reversed({1})", "reversed('ab', 1)", "zip([], x=1)", "enumerate('a', start=2, x=1)", "list(enumerate('a', start=10 ** 20))", "list(map(None, [1]))"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
