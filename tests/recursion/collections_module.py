# deque, OrderedDict, defaultdict and Counter: filled from iterators of Python, and asked for what compares and hashes in Python.
from collections import Counter, OrderedDict, defaultdict, deque
from shared.deep import deep, it, reached


class Key:
    def __init__(self, f): self.f = f
    def __hash__(self): return hash(1)
    def __eq__(self, other):
        self.f()
        return True
    def __repr__(self):
        self.f()
        return "key"


class D(deque): pass
class O(OrderedDict): pass
class F(defaultdict): pass
class Mapping:
    def __init__(self, f): self.f = f
    def keys(self): return ["a"]
    def __getitem__(self, key): self.f()


queue, ordered = deque, OrderedDict
def add(f): made = deque(); made += it(f)
def either(f): made = OrderedDict(); made |= it(f, "ab")
for use in (
    lambda f: deque(it(f)), lambda f: deque(it(f), 3), lambda f: deque(iterable=it(f)), lambda f: D(it(f)), lambda f: deque().extend(it(f)),
    lambda f: deque().extendleft(it(f)), lambda f: D().__init__(it(f)), add, lambda f: 1 in deque([Key(f)]), lambda f: deque([Key(f)]).count(1),
    lambda f: deque([Key(f)]).index(1), lambda f: deque([Key(f)]).remove(1), lambda f: deque([Key(f)]) == deque([1]), lambda f: repr(deque([Key(f)])),
    lambda f: OrderedDict(it(f, "ab")), lambda f: O(it(f, "ab")), lambda f: O(Mapping(f)), lambda f: O().update(it(f, "ab")), either,
    lambda f: OrderedDict.fromkeys(it(f)), lambda f: OrderedDict({1: 2})[Key(f)], lambda f: OrderedDict({1: 2}).pop(Key(f)),
    lambda f: OrderedDict({1: 2}).setdefault(Key(f)), lambda f: OrderedDict({1: 2}).move_to_end(Key(f)), lambda f: repr(OrderedDict(a=Key(f))),
    lambda f: OrderedDict(a=Key(f)) == OrderedDict(a=1), lambda f: defaultdict(int, it(f, "ab")), lambda f: F(int, Mapping(f)),
    lambda f: defaultdict(lambda: f())[1], lambda f: repr(F(int, a=Key(f))), lambda f: Counter(it(f)), lambda f: Counter({1: 2}).update([Key(f)])):
    deep(use)
print(len(reached))
