# Consumers that begin natively and come upon an object of Python: what that does is again such a consumer. Iterators of builtins over each other.
import sys
from functools import reduce
from itertools import chain, islice
from operator import add
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 12 + 1000)


class V:
    def __init__(self, n, use): self.n, self.use = n, use
    def go(self, *other):
        if self.n: self.use(iter([1, V(self.n - 1, self.use)]))
        return 1
    __add__ = __radd__ = __bool__ = __abs__ = __lt__ = __gt__ = go
    def __bool__(self): return self.go() == 1


ways = [sum, min, max, sorted, lambda it: min(it, key=abs), lambda it: max(it, key=abs), lambda it: sorted(it, key=abs), lambda it: list(it).sort(key=abs),
        lambda it: reduce(add, it), lambda it: any(chain([0], islice(it, 1, 2))), lambda it: all(it)]
for way in ways: way(iter([1, V(DEPTH, way)]))
count = 0
for wrap in (zip, enumerate, lambda it: filter(None, it), lambda it: map(abs, it), chain, lambda it: islice(it, 5), lambda it: zip(it, "ab")):
    it = iter([1])
    for _ in range(DEPTH): it = wrap(it)
    count += 1
    item = next(it)
    # What is so deep is taken apart step by step.
    while isinstance(item, tuple): item = item[0] if item[0] else item[-1]
    assert item == 1
print(len(ways), count)
