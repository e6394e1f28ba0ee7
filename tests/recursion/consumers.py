# min, max, sum, any, all, sorted, reduce, zip, enumerate, constructors, join, unpacking and spreading over iterators of Python.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class It:
    def __init__(self, n, use): self.n, self.use, self.over = n, use, False
    def __iter__(self): return self
    def __next__(self):
        if self.over: raise StopIteration
        self.over = True
        if self.n: self.use(It(self.n - 1, self.use))
        return ("k", 1)


class Less:
    def __init__(self, n, use): self.n, self.use = n, use
    def __lt__(self, o):
        if self.n: self.use([Less(self.n - 1, self.use), Less(self.n - 1, self.use)])
        return False
    __gt__ = __lt__


class Add:
    def __init__(self, n): self.n = n
    def __add__(self, o): return self.n and sum([1], Add(self.n - 1))


def one(it): a, = it
def rest(it): a, *b = it
def spread(it): return [*it]
def spread_set(it): return {*it}
def arguments(it): return len(str(*it)) if 0 else max(*it, 1, key=id)
def loop(it):
    for x in it: pass
def generator(it):
    yield from it
def delegate(it): next(generator(it))
def sum_of(it): return sum(map(id, it))
def reduce(function, it):
    it = iter(it)
    value = next(it)
    for x in it: value = function(value, x)
    return value


ways = [min, max, sum_of, any, all, sorted, list, tuple, set, frozenset, dict, lambda it: next(zip(it)), lambda it: next(enumerate(it)),
        lambda it: next(map(len, it)), lambda it: list(filter(None, it)), one, rest, spread, spread_set, arguments, loop, lambda it: [].extend(it),
        lambda it: ("k", 1) in it, lambda it: next(iter(it)), lambda it: reduce(max, it)]
for way in ways: way(It(DEPTH, way))
for way in (lambda it: sum((1 for x in it), 0), delegate): way(It(DEPTH, way))
for way in (min, max, sorted, list.sort): way([Less(DEPTH, way), Less(0, way)])
assert sum([1], Add(DEPTH)) == 0
print(len(ways))
