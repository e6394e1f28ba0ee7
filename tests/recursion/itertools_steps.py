# Every iterator of itertools over iterators of Python.
import sys
from itertools import *
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


def down(n, wrap):
    # An iterator that goes away inside the others would be closed there: its GeneratorExit looks for a context through all of them, as in CPython.
    if n:
        it = wrap(down(n - 1, wrap))
        keep.append(it)
        yield next(it)
    else: yield "deep"


class Tree:
    def __init__(self, n): self.n = n
    def __iter__(self): return chain([self.n], Tree(self.n - 1)) if self.n else iter(["deep"])


keep = []
wraps = [chain, chain.from_iterable, lambda it: chain("", it), cycle, accumulate, lambda it: compress(it, [1]), lambda it: compress(["deep"], it), lambda it: dropwhile(len, chain([""], it)),
         lambda it: takewhile(len, it), lambda it: filterfalse(None, chain([""], it)), lambda it: starmap(lambda *a: "deep", it), lambda it: islice(it, 1), lambda it: zip_longest(it), lambda it: zip_longest("ab", it),
         lambda it: pairwise(chain([1], it)), lambda it: groupby(it), lambda it: next(groupby(it))[1], lambda it: tee(it)[1]]
for wrap in wraps:
    it = wrap(down(DEPTH, wrap))
    assert next(it) is not None
    keep.clear()
    del it
few = DEPTH // 100
assert list(Tree(few))[-1] == "deep" and len(list(Tree(few))) == few + 1
print(len(wraps))
