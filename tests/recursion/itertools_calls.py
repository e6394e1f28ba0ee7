# What itertools calls: functions, __iter__ in constructors, operators of items.
import sys
from itertools import *
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Other:
    # The nested use is in __iter__ itself.
    def __init__(self, n, use): self.n, self.use = n, use
    def __iter__(self):
        if self.n: self.use(Other(self.n - 1, self.use))
        return iter([self.n])


class Add:
    def __init__(self, n): self.n = n
    def __add__(self, o): return list(accumulate([Add(self.n - 1), 1]))[-1] if self.n else "deep"


class Same:
    def __init__(self, n): self.n = n
    def __eq__(self, o):
        if self.n: len(list(groupby([Same(self.n - 1), Same(self.n - 1)])))
        else: reached.append(o.n)
        return True


class Truth:
    def __init__(self, n): self.n = n
    def __bool__(self): return not self.n or next(compress("ab", [Truth(self.n - 1)])) == "a"


reached = []
calls = [lambda use, n: [*starmap(use, [(n - 1,)])], lambda use, n: [*takewhile(use, [n - 1])], lambda use, n: [*dropwhile(use, [n - 1])], lambda use, n: [*filterfalse(use, [n - 1])],
         lambda use, n: [*accumulate([1, n - 1], lambda a, b: use(b))], lambda use, n: [*groupby([n - 1], use)], lambda use, n: [*map(use, [n - 1])], lambda use, n: [*filter(use, [n - 1])]]
for call in calls:
    def use(n): return call(use, n) and 1 if n else reached.append(n)
    use(DEPTH)
makes = [chain.from_iterable, cycle, accumulate, lambda x: compress(x, [1]), lambda x: dropwhile(len, x), lambda x: islice(x, 1), zip_longest, pairwise, groupby, product, permutations,
         lambda x: combinations(x, 1), lambda x: combinations_with_replacement(x, 1), tee]
for make in makes: make(Other(DEPTH, make))
assert list(accumulate([Add(DEPTH), 1]))[-1] == "deep"
assert next(compress("ab", [Truth(DEPTH)])) == "a" and len(list(groupby([Same(DEPTH), Same(DEPTH)]))) == 1
print(len(reached))
