# Every iterator of itertools over iterators, functions and objects of Python.
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


reached, keep = [], []
wraps = [chain, chain.from_iterable, lambda it: chain("", it), cycle, accumulate, lambda it: compress(it, [1]), lambda it: compress(["deep"], it), lambda it: dropwhile(len, chain([""], it)),
         lambda it: takewhile(len, it), lambda it: filterfalse(None, chain([""], it)), lambda it: starmap(lambda *a: "deep", it), lambda it: islice(it, 1), lambda it: zip_longest(it), lambda it: zip_longest("ab", it),
         lambda it: pairwise(chain([1], it)), lambda it: groupby(it), lambda it: next(groupby(it))[1], lambda it: tee(it)[1]]
for wrap in wraps:
    it = wrap(down(DEPTH, wrap))
    assert next(it) is not None
    keep.clear()
    del it
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
few = DEPTH // 100
assert list(Tree(few))[-1] == "deep" and len(list(Tree(few))) == few + 1
print(len(reached))
