# Methods and in-place operators of sets and dicts over iterators, keys and comparisons of Python; a defaultdict's factory; print.
import sys
from collections import defaultdict
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class It:
    def __init__(self, n, use): self.n, self.use, self.over = n, use, False
    def __iter__(self): return self
    def __next__(self):
        if self.over: raise StopIteration
        self.over = True
        if self.n: self.use(It(self.n - 1, self.use))
        return 1


class Key:
    def __init__(self, n, use): self.n, self.use = n, use
    def __hash__(self): return 7
    def __eq__(self, o):
        if self.n: self.use({Key(self.n - 1, self.use)})
        else: reached.append(self.use)
        return True


class Text:
    def __init__(self, n): self.n = n
    def __str__(self):
        if self.n: print(Text(self.n - 1), file=out)
        return "text"


class Out:
    def __init__(self, n): self.n = n
    def write(self, text):
        if text != "\n" and self.n: print(1, file=Out(self.n - 1))


class Lines:
    def write(self, text): lines.append(text)


def inplace(op):
    space = {}
    exec(f"def use(other):\n a = {{7}}\n a {op}= other\n return a", space)
    return space["use"]


def dict_inplace(other):
    d = {7: 1}
    d |= dict.fromkeys(other)


def make(n):
    d = defaultdict(lambda: make(n - 1) if n else "deep")
    return d[1]


reached, lines, out = [], [], Lines()
uses = [lambda it: {1}.union(it), lambda it: {1}.update(it), lambda it: set().update(it, it), lambda it: {1}.difference(it), lambda it: {1}.difference_update(it), lambda it: {1}.intersection(it),
        lambda it: {1}.intersection_update(it), lambda it: {1}.symmetric_difference(it), lambda it: {1}.symmetric_difference_update(it), lambda it: {2}.isdisjoint(it), lambda it: {1}.issubset(it),
        lambda it: {1}.issuperset(it), lambda it: frozenset([1]).union(it), lambda it: frozenset([1]).difference(it), lambda it: frozenset([1]).symmetric_difference(it)]
for use in uses: use(It(DEPTH, use))
uses = [inplace("|"), inplace("&"), inplace("-"), inplace("^"), lambda o: {7} | o, lambda o: {7} & o, lambda o: {7} - o, lambda o: {7} ^ o, lambda o: {7} == o, lambda o: {7} <= o,
        lambda o: {7}.union(o), lambda o: {7}.isdisjoint(o), lambda o: {7}.issuperset(o), lambda o: {7}.symmetric_difference_update(o), lambda o: [7].index(*o), lambda o: dict.fromkeys([7, *o]), dict_inplace,
        lambda o: [*o] == [7], lambda o: (*o,) == (7,), lambda o: {1: [*o][0]} == {1: 7}, lambda o: [[[*o]]] == [[[7]]]]
for use in uses: use({Key(DEPTH, use)})
print(Text(DEPTH), file=out)
print(1, file=Out(DEPTH))
assert make(DEPTH) == "deep" and len(lines) == 2 * DEPTH + 2
print(len(reached))
