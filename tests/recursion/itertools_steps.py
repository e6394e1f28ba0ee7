# Every iterator of itertools over iterators of Python.
import gc, sys
from itertools import *
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
gc.set_threshold(50000)  # a collection goes through all that is under way
sys.setrecursionlimit(DEPTH * 8 + 1000)


def down(n, wrap):
    if n: yield next(wrap(down(n - 1, wrap)))
    else: yield "deep"


class Tree:
    def __init__(self, n): self.n = n
    def __iter__(self): return chain([], Tree(self.n - 1)) if self.n else iter(["deep"])


wraps = [chain, chain.from_iterable, lambda it: chain("", it), cycle, accumulate, lambda it: compress(it, [1]), lambda it: compress(["deep"], it), lambda it: dropwhile(len, chain([""], it)),
         lambda it: takewhile(len, it), lambda it: filterfalse(None, chain([""], it)), lambda it: starmap(lambda *a: "deep", it), lambda it: islice(it, 1), lambda it: zip_longest(it), lambda it: zip_longest("ab", it),
         lambda it: pairwise(chain([1], it)), lambda it: groupby(it), lambda it: next(groupby(it))[1], lambda it: tee(it)[1]]
for wrap in wraps:
    it = wrap(down(DEPTH, wrap))
    assert next(it) is not None
    del it
assert list(Tree(DEPTH)) == ["deep"]
print(len(wraps))
