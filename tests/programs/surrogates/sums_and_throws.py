# Native algorithms that add objects of Python, and generators into which exceptions are thrown through others and by closing.
import itertools
import sys


class Amount:
    def __init__(self, n): self.n = n
    def __add__(self, other):
        print("add", self.n, other.n)
        return Amount(self.n + other.n)
    def __radd__(self, other): return Amount(other + self.n)


print([a.n for a in itertools.accumulate([Amount(1), Amount(2), Amount(3)])])
print([a.n for a in itertools.accumulate([Amount(5)], initial=Amount(1))])
print(sum([Amount(1), Amount(2)], Amount(0)).n, sum([Amount(4)]).n)


def note(text):
    print(text)


def inner():
    while True:
        try:
            yield "inner"
        except ValueError as e:
            print("inner caught", e, type(e.__context__))
        finally:
            note("inner finally")


def outer():
    try:
        yield from inner()
    except KeyError as e:
        print("outer caught", e)
        yield "after"


g = outer()
print(next(g), g.throw(ValueError("a")), g.throw(ValueError, "b"), g.throw(KeyError("c")))
g.close()
h = outer()
next(h)
h.close()
k = itertools.chain.from_iterable(outer() for _ in range(1))
print(next(k))
del k


async def task():
    try:
        return await Future()
    except RuntimeError as e:
        return "caught " + str(e)


class Future:
    def __await__(self):
        got = yield "waiting"
        return got


c = task()
print(c.send(None))
try:
    c.throw(RuntimeError("thrown"))
except StopIteration as e:
    print(e.value)
c = task()
c.send(None)
c.close()


async def agen():
    try:
        while True:
            yield 1
    except ValueError as e:
        print("agen", e)
        yield 2


def run(awaitable):
    try:
        awaitable.send(None)
    except StopIteration as e:
        return e.value


a = agen()
print(run(a.asend(None)), run(a.athrow(ValueError("x"))), run(a.aclose()))


class Wait:
    def __await__(self):
        while True:
            try:
                yield "waiting"
            except KeyError as e:
                print("wait caught", e)


async def slow():
    try:
        while True:
            await Wait()
            yield 1
    except ValueError as e:
        print("slow", e)
        yield 2


s = slow()
step = s.asend(None)
print(step.send(None), step.throw(KeyError("k")))
try:
    step.throw(ValueError("v"))
except StopIteration as e:
    print("value", e.value)
t = slow()
step = t.asend(None)
step.send(None)
step.close()
u = slow()
first = u.asend(None)
first.send(None)
thrower = u.athrow(ValueError("now"))
try:
    thrower.send(None)
except RuntimeError as e:
    print(e)
v = slow()
try:
    v.athrow(ValueError("early")).throw(OSError("other"))
except OSError as e:
    print(e)
d = anext(slow(), "default")
print(d.send(None))
try:
    d.throw(ValueError("w"))
except StopIteration as e:
    print(e.value)
