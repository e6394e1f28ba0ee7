# next() and send(): values, ends, exceptions, generators that nobody else has, calls within calls, levels of recursion, what observers see.
import sys
import gc


def count(n, value=None):
    for i in range(n):
        got = yield i
        if got is not None:
            yield ('got', got)
    return value


print(next(count(3)), next(count(0), 'none'), next(count(0, 5), 'none'))
g = count(3, 'v')
print(next(g), g.send(None), g.send('x'), next(g), next(g, 'd'), next(g, 'd'))
for act in lambda: next(g), lambda: g.send(1), lambda: next(count(0, 'v')), lambda: count(0, 'w').send(None), lambda: count(1).send(1), lambda: next(5), \
        lambda: type(g).send(5, 1), lambda: g.send(), lambda: g.send(1, 2), lambda: next():
    try:
        print(act())
    except BaseException as e:
        print(type(e).__name__, e, getattr(e, 'value', '-'))


class Dropped:
    def __del__(self):
        print('dropped')


def holds():
    d = Dropped()
    yield 1
    yield d.__class__.__name__


print('temporary', next(holds()))
h = holds()
print(next(h), next(h))
try:
    next(h)
except StopIteration:
    print('over')


def itself():
    try:
        next(me)
    except ValueError as e:
        yield str(e)
    try:
        me.send(1)
    except ValueError as e:
        yield str(e)


me = itself()
print(list(me))


def raises():
    yield 1
    1 / 0


r = raises()
next(r)
try:
    next(r)
except ZeroDivisionError as e:
    tb = e.__traceback__
    names = []
    while tb:
        names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno if tb.tb_frame.f_code.co_name != '<module>' else '-'))
        tb = tb.tb_next
    print(names)
print(next(r, 'dead'))


def stops():
    yield 1
    raise StopIteration('inside')


s = stops()
next(s)
try:
    next(s)
except RuntimeError as e:
    print(e, type(e.__cause__).__name__, e.__cause__.value)


def caller():
    frame = sys._getframe(1)
    yield frame.f_code.co_name
    yield sys._getframe(1).f_code.co_name


def by_next():
    c = caller()
    return next(c), c.send(None)


print(by_next())


async def coroutine():
    return 5


c = coroutine()
try:
    c.send(None)
except StopIteration as e:
    print(e.value)
c = coroutine()
try:
    c.send(1)
except TypeError as e:
    print(e)
c.close()


class Iterator:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration(self.n)
        return self.n


i = Iterator(2)
print(next(i), next(i), next(i, 'end'))
try:
    next(i)
except StopIteration as e:
    print(e.value)


class Wrong:
    __next__ = None


try:
    next(Wrong())
except TypeError as e:
    print(e)


def nested(n):
    if n:
        yield next(nested(n - 1)) + 1
    yield 0


def nested_send(n):
    if n:
        yield nested_send(n - 1).send(None) + 1
    yield 0


def depth(f):
    low, high = 0, 4000
    while low < high:
        middle = (low + high + 1) // 2
        try:
            next(f(middle))
            low = middle
        except RecursionError:
            high = middle - 1
    return low


for limit in 200, 500:
    sys.setrecursionlimit(limit)
    print(limit, depth(nested_send))
sys.setrecursionlimit(1000)
# A generator that was sent to counts for one again when it is stepped.
print(sum(1 for _ in count(3)), [x for x in nested(3)])

events = []


def profile(frame, event, arg):
    name = getattr(arg, '__name__', None) if event.startswith('c_') else frame.f_code.co_name
    events.append((event, name))


g = count(2, 1)
sys.setprofile(profile)
next(g)
g.send(None)
next(g, 3)
sys.setprofile(None)
print(events)
gc.collect()
