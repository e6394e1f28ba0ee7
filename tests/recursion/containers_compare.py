# ==, < of lists, tuples, dicts and sets that hold objects with methods of Python; index, count, remove.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Eq:
    def __init__(self, n, use): self.n, self.use = n, use
    def __eq__(self, o): return True if self.n == 0 else bool(self.use(Eq(self.n - 1, self.use)))
    def __lt__(self, o): return True if self.n == 0 else bool(self.use(Eq(self.n - 1, self.use)))
    def __hash__(self): return 1


def removed(x):
    items = [1]
    items.remove(x)
    return not items


ways = [lambda x: [x] == [1], lambda x: (0, x) == (0, 1), lambda x: {1: x} == {1: 1}, lambda x: {x} == {1}, lambda x: [[(x,)]] == [[(1,)]], lambda x: not [x] != [1],
        lambda x: x in [1], lambda x: x in (1,), lambda x: [1].index(x) == 0, lambda x: [1].count(x) == 1, lambda x: (1,).index(x) == 0, removed, lambda x: {x} <= {1, 2},
        lambda x: {1: 2}.items() == {1: 2}.items() and [x] == [1]]
for way in ways: assert Eq(DEPTH, way) == 1, way
print(len(ways))
