# Steps of itertools' iterators that run Python: order of what is asked, ends, exceptions, what is left behind, state in between.
import itertools
import functools
from collections import Counter, deque

log = []


def numbers(n, name='g', value=None):
    for i in range(n):
        log.append(f'{name}{i}')
        yield i
    log.append(f'{name} ends')
    return value


class Steps:
    def __init__(self, n, fails=()):
        self.n, self.at, self.fails = n, 0, fails

    def __iter__(self):
        log.append('iter')
        return self

    def __next__(self):
        self.at += 1
        if self.at in self.fails:
            raise ValueError(f'step {self.at}')
        if self.at > self.n:
            raise StopIteration('over')
        return self.at


def show(label, make, steps=8):
    log.clear()
    out = []
    try:
        it = make()
        for _ in range(steps):
            out.append(next(it))
    except BaseException as e:
        out.append(f'{type(e).__name__}{e.args}')
    print(label, out, log)
    return it if 'it' in locals() else None


def told(f):
    def asked(*args):
        log.append(f'f{args}')
        return f(*args)
    return asked


def fails(*args):
    raise KeyError(*args)


def ends(*args):
    raise StopIteration('by function')


small, odd = told(lambda x: x < 2), told(lambda x: x % 2)
for function in small, odd, None, bool, fails, ends:
    for kind in itertools.takewhile, itertools.dropwhile, itertools.filterfalse:
        it = show(f'{kind.__name__} {getattr(function, "__name__", function)}', lambda: kind(function, numbers(4)))
        if it is not None:
            show('  again', lambda: it, 2)

for source in lambda: numbers(3), lambda: Steps(3), lambda: Steps(3, [2]), lambda: Steps(3, [4]):
    it = show('chain', lambda: itertools.chain(source(), 'ab', source()))
    show('  again', lambda: it, 3)
    it = show('from_iterable', lambda: itertools.chain.from_iterable(source() for _ in range(2)))
    show('  again', lambda: it, 3)
    it = show('islice', lambda: itertools.islice(source(), 1, 6, 2))
    show('  again', lambda: it, 3)
    show('islice none', lambda: itertools.islice(source(), 0))
    show('islice short', lambda: itertools.islice(source(), 2, 1))
    it = show('accumulate', lambda: itertools.accumulate(source()))
    show('  again', lambda: it, 3)
    show('accumulate by', lambda: itertools.accumulate(source(), told(lambda a, b: None), initial=5))
    show('starmap', lambda: itertools.starmap(told(lambda *a: a), ((x,) * x for x in source())))
    show('compress', lambda: itertools.compress(source(), source()))
    show('compress by', lambda: itertools.compress('abcd', source()))
    it = show('groupby', lambda: ((k, list(v)) for k, v in itertools.groupby(source(), told(lambda x: x // 2))))
    it = show('groupby, groups late', lambda: iter([(k, list(v)) for k, v in list(itertools.groupby(source(), odd))]))

for bad in (5,), [6], 'xy', None, 7:
    show(f'starmap of {bad}', lambda: itertools.starmap(told(lambda *a: a), iter([bad])))
    show(f'chain of {bad}', lambda: itertools.chain.from_iterable(x for x in [[1], bad, [2]]))


class Odd:
    def __eq__(self, other):
        log.append('eq')
        return other is None

    def __bool__(self):
        raise TypeError('no truth')


show('keys compared', lambda: (type(k).__name__ for k, v in itertools.groupby([1, 2, 3], lambda x: Odd())))
show('answers without truth', lambda: itertools.takewhile(lambda x: Odd(), [1, 2]))

# In groups, while another goes on.
g = itertools.groupby(numbers(6), lambda x: x // 3)
k, first = next(g)
print(k, next(first), next(first))
k, second = next(g)
print(k, list(first), next(second), list(second), list(g))

# State in between.
for it in (itertools.chain(iter([1, 2, 3]), 'x'), itertools.islice(iter(range(9)), 2, 8, 3), itertools.takewhile(abs, iter([3, 2, 0, 1])),
           itertools.dropwhile(abs, iter([3, 0, 2, 1])), itertools.accumulate(iter([1, 2, 3]), max), itertools.accumulate([1, 2], initial=4),
           itertools.groupby([1, 1, 2])):
    print(str(next(it))[:3])
    kind, args, *rest = it.__reduce__()
    print(kind.__name__, len(args), [type(r).__name__ for r in rest])
half = itertools.takewhile(lambda x: x, iter([1, 0, 2]))
print(list(half), half.__reduce__()[2], list(half))

# One that is asked for the next item while it looks for it.
def again():
    yield 1
    try:
        yield next(it)
    except ValueError as e:
        yield str(e)
    yield 3


it = itertools.chain(again(), [4])
print(list(it))
it = itertools.takewhile(lambda x: list(it) or x, iter([1, 2, 3]))
print(list(it))
it = itertools.accumulate([1, 2, 3], lambda a, b: (a, b, list(it)))
print(list(it))

# Values at the end, through what goes over a generator.
for wrap in (lambda g: g, lambda g: map(str, g), lambda g: zip(g), enumerate, lambda g: filter(None, g), itertools.chain, itertools.pairwise,
             lambda g: itertools.takewhile(lambda x: True, g), lambda g: itertools.islice(g, 9), lambda g: itertools.accumulate(g)):
    it = wrap(numbers(1, value='v'))
    try:
        while True:
            next(it)
    except StopIteration as e:
        print(e.value, end=' ')
print()


def delegates(it):
    got = yield from it
    yield ('got', got)


print([list(delegates(x)) for x in (itertools.chain(numbers(2, value=9)), itertools.islice(Steps(2), 5), map(str, numbers(1, value=8)))])

# Containers that are filled while somebody looks.
q = deque(maxlen=3)


def watched(n):
    for i in range(n):
        yield i, list(q)


q.extend(watched(5))
print(q)
q.extendleft(watched(2))
print(q)
q = deque([1, 2])
q.extend(q)
q += (x for x in 'ab')
print(q, deque((x for x in 'abc'), 2), deque((x for x in 'abc'), maxlen=0), deque(iterable=(x for x in 'ab')))
for bad in lambda: q.extend(Steps(3, [3])), lambda: deque(5), lambda: q.extend(None), lambda: deque((x for x in 'a'), -1), lambda: deque((x for x in 'a'), 'b'):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e, q)


class Q(deque):
    def append(self, item):
        log.append('own append')
        super().append(item)


log.clear()
print(Q(x for x in 'ab'), log)
q = Q()
q.extend(x for x in 'ab')
print(q, log)


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        log.append('hash')
        return 1

    def __eq__(self, other):
        log.append('eq')
        return self.n == other.n


log.clear()
print(sorted(Counter(Key(i % 2) for i in range(4)).values()), log)
log.clear()
try:
    Counter(x for x in [1, [], 2])
except TypeError as e:
    print(e)


class C(Counter):
    def __setitem__(self, key, value):
        log.append(key)
        super().__setitem__(key, value)


print(C(x for x in 'aba') == Counter('aba'), log)
print(functools.reduce(lambda a, b: a * b, (x for x in range(1, 6))), functools.partial(lambda *a, **k: (a, k), 1, b=2)(3, c=4))
