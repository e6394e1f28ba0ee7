# __hash__ and __eq__ reached by dicts and sets: items, displays, methods, `in`, tuples as keys.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Hash:
    def __init__(self, n, use): self.n, self.use = n, use
    def __hash__(self): return 1 if self.n == 0 else self.use(Hash(self.n - 1, self.use)) or 1
    def __eq__(self, o): return self is o


class Eq:
    def __init__(self, n, use): self.n, self.use = n, use
    def __hash__(self): return 7
    def __eq__(self, o):
        if self.n == 0: reached.append(self.use)
        else: self.use(Eq(self.n - 1, self.use))
        return True


def store(d, k): d[k] = 1
def missing(k):
    try: return {}[k]
    except KeyError: return 1


ways = [lambda k: len({k: 1}), lambda k: len({k}), missing, lambda k: store({}, k), lambda k: {}.get(k), lambda k: {}.setdefault(k, 1),
        lambda k: {}.pop(k, 1), lambda k: k in {}, lambda k: k in set(), lambda k: set().add(k), lambda k: set().discard(k), lambda k: len({(k, 2): 1}),
        lambda k: len(frozenset([k])), lambda k: len({x for x in [k]}), lambda k: len({x: 1 for x in [k]})]
for way in ways: hash(Hash(DEPTH, way))
reached = []
key = Eq(0, None)
table = {7: 1}
ways = [lambda k: table[k], lambda k: table.get(k), lambda k: k in table, lambda k: store(table, k), lambda k: table.setdefault(k), lambda k: k in {7}, lambda k: {7, k}, lambda k: {7: 1, k: 2}]
for way in ways: way(Eq(DEPTH, way))
print(len(reached))
