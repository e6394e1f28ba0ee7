# What consumes generators and calls functions, in hot loops: ends, changes on the way, exceptions, a step that is asked from elsewhere.
import itertools
import functools
from collections import Counter, deque


def gen(n):
    for i in range(n):
        yield i


def fails(n, at):
    for i in range(n):
        if i == at:
            raise ValueError(i)
        yield i


def pairs(n):
    for i in range(n):
        yield i, -i


def looped(label, body, rounds=60):
    total = 0
    for k in range(rounds):
        try:
            total += body(k)
        except (ValueError, TypeError, KeyError) as e:
            total += 1000 + len(str(e))
    print(label, total)


# The same, written out within a hot function each, so that the consumer itself is on the trace.
def all_of(k, source):
    yield len(list(source(k)))
    yield len(tuple(source(k)))
    yield sum(source(k))
    yield len(set(source(k)))
    yield len(frozenset(source(k)))
    yield len(list(zip(source(k), source(4))))
    yield sum(a * b for a, b in zip(source(k), 'abcd', strict=False) if isinstance(b, int)) if k > 99 else 1
    yield sum(i + x for i, x in enumerate(source(k)))
    yield len(list(map(abs, source(k))))
    yield len(list(map(lambda x: x + 1, source(k))))
    yield sum(1 for _ in filter(lambda x: x % 2, source(k)))
    yield sum(itertools.chain(source(k), (1, 2), source(2)))
    yield sum(itertools.chain.from_iterable(source(j) for j in range(k % 4)))
    yield sum(itertools.islice(source(k), 1, 6, 2))
    yield sum(itertools.takewhile(lambda x: x < 3, source(k)))
    yield sum(itertools.dropwhile(lambda x: x < 3, source(k)))
    yield sum(itertools.filterfalse(lambda x: x % 3, source(k)))
    yield sum(itertools.starmap(lambda a, b: a * b, pairs(k)))
    yield sum(itertools.accumulate(source(k), lambda a, b: a + b))
    yield sum(itertools.accumulate(source(k)))
    yield sum(key * len(list(group)) for key, group in itertools.groupby(source(k), lambda x: x // 2))
    yield len(deque(source(k), 3))
    q = deque(maxlen=4)
    q.extend(source(k))
    q.extendleft(source(2))
    yield sum(q)
    yield sum(Counter(x % 3 for x in source(k)).values())
    yield len(bytes(source(k)))
    yield functools.reduce(lambda a, b: a + b, source(k), 1)
    yield sum(sorted(source(k), key=lambda x: -x)[:2])
    items = [3, k, 1]
    items.sort(key=lambda x: (x % 5, x))
    yield items[0]
    yield max(source(k), key=lambda x: x % 4, default=0)


for label, source in ('generators', lambda k: gen(k % 7)), ('failing', lambda k: fails(k % 7, 5)), ('mixed', lambda k: gen(k % 7) if k % 3 else iter((1, 2))), \
        ('objects', lambda k: (str(x) if k % 11 == 10 else x for x in range(k % 5))):
    for n in range(29):
        def body(k):
            for m, value in enumerate(all_of(k, source)):
                if m == n:
                    return value
            return 0
        looped(f'{label} {n}', body, 24)


def next_and_send(n):
    g = gen(n)
    total = 0
    while True:
        try:
            total += next(g)
            total += g.send(None)
        except StopIteration:
            return total


def echo():
    got = 0
    while True:
        got = yield got


def sends(n):
    e = echo()
    next(e)
    total = 0
    for i in range(n):
        total += e.send(i) + len(e.send('ab'))
    return total


def defaults(n):
    total = 0
    for i in range(n):
        g = gen(i % 3)
        total += next(g, 10) + next(g, 20) + next(g, 30)
    return total


print(next_and_send(99), next_and_send(100), sends(200), defaults(100))


class Iterator:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n


total = 0
for i in range(200):
    it = Iterator(i % 4)
    total += next(it, 5) + sum(itertools.chain(it, gen(2))) + len(list(zip(Iterator(3), gen(2))))
print(total)

# One iterator for all rounds, over sources of other kinds.
source = itertools.chain(gen(40), range(40), list('x' * 40), (None for _ in range(40)), Iterator(40))
kinds = Counter()
for item in source:
    kinds[type(item).__name__] += 1
print(sorted(kinds.items()), list(source))
taken = itertools.takewhile(lambda x: x is not None, itertools.chain(gen(70), [1.5] * 70, [None, 2]))
print(sum(x for x in taken), list(taken))
half = zip(gen(70), itertools.chain(gen(35), 'ab' * 5))
print(len([pair for pair in half]))

# The function changes on the way.
change = lambda a, b: a + b
added = itertools.accumulate(gen(120), lambda a, b: change(a, b))
out = []
for i, x in enumerate(added):
    if i == 80:
        change = lambda a, b: max(a, b)
    out.append(x)
print(out[78:84])
