# yield from: delegation of next, send, throw, close to generators and to plain iterators; results; errors in the delegate.
log = []


def inner(name="inner"):
    try:
        x = yield f"{name} 1"
        log.append(f"{name} got {x}")
        y = yield f"{name} 2"
        log.append(f"{name} got {y}")
        return f"{name} result"
    except ValueError as e:
        log.append(f"{name} caught {e}")
        yield "after error"
        return "error result"
    finally:
        log.append(f"{name} finally")


def outer():
    r = yield from inner()
    log.append(f"outer has {r}")
    r2 = yield from inner("second")
    return r, r2


g = outer()
print(next(g), g.gi_yieldfrom.gi_code.co_name, g.send("A"), g.send("B"), g.send("C"))
try:
    g.send("D")
except StopIteration as e:
    print(e.value)
print(log); log.clear()
g = outer()
next(g)
print(g.throw(ValueError("thrown")), next(g), log); log.clear()
g.close()
print(log); log.clear()
g = outer(); next(g)
try:
    g.throw(KeyError("passes through"))
except KeyError as e:
    print(e, log, list(g))
log.clear()


class It:
    """An iterator with only what is asked for."""
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration("it result")
        return self.n


class Full(It):
    def send(self, v): log.append(f"send {v}"); return f"sent {v}"
    def throw(self, *a): log.append(f"throw {len(a)} {a[0] if isinstance(a[0], type) else type(a[0]).__name__}"); return "thrown"
    def close(self): log.append("close")


def delegate(it):
    r = yield from it
    return "end", r


def attempt(f):
    try:
        return repr(f())
    except BaseException as e:
        return f"{type(e).__name__}: {e}"


for cls in (It, Full):
    g = delegate(cls(5))
    print(cls.__name__, next(g), attempt(lambda: g.send("v")))
    g = delegate(cls(5)); next(g)
    print(attempt(lambda: g.throw(ValueError("tv"))))
    g = delegate(cls(5)); next(g)
    print(attempt(lambda: g.throw(ValueError, "a", None)))
    g = delegate(cls(5)); next(g)
    print(attempt(lambda: g.throw(GeneratorExit)))
    g = delegate(cls(5)); next(g)
    print(attempt(g.close), log)
    log.clear()
    g = delegate(cls(1)); next(g)
    print(attempt(lambda: next(g)))


class BadClose(It):
    def close(self): raise OSError("close failed")
class AttrThrow(It):
    @property
    def throw(self): raise RuntimeError("looking up throw")
class ThrowStops(It):
    def throw(self, *a): raise StopIteration("stopped by throw")


g = delegate(BadClose(3)); next(g)
print(attempt(g.close))
g = delegate(AttrThrow(3)); next(g)
print(attempt(lambda: g.throw(KeyError)))
g = delegate(ThrowStops(3)); next(g)
print(attempt(lambda: g.throw(KeyError)))
print(attempt(lambda: list(delegate(5))), attempt(lambda: list(delegate(None))), attempt(lambda: next(delegate([]))), list(delegate("ab")), list(delegate({1: 2})), list(delegate(range(3))))


def chain(n):
    if n == 0:
        yield "bottom"
        return 0
    r = yield from chain(n - 1)
    return r + 1


def top():
    print("depth", (yield from chain(50)))


print(list(top()))


def flatten(x):
    for e in x:
        if isinstance(e, (list, tuple)): yield from flatten(e)
        else: yield e


print(list(flatten([1, [2, (3, [4, [5]]), []], 6])))


def averager():
    total, n = 0, 0
    while True:
        v = yield
        if v is None: return total / n if n else None
        total += v; n += 1


def grouper(results):
    while True:
        results.append((yield from averager()))


results = []
g = grouper(results); next(g)
for v in (1, 2, 3, None, 10, None, None): g.send(v)
print(results)


def shared():
    it = iter("abcdef")
    def first(): yield next(it); yield from take2(it)
    def take2(i): yield next(i); yield next(i)
    yield from first()
    yield "|"
    yield from it


print("".join(shared()))


def expr():
    x = [(yield from "ab"), (yield from (i for i in "c"))]
    y = (yield from inner("q")) + "!"
    print(x, y, f"{(yield from [])}")
    return (yield from chain(2))


g = expr()
out = []
try:
    while 1: out.append(next(g))
except StopIteration as e:
    print(out, e.value)


def self_ref():
    yield from g2
g2 = self_ref()
print(attempt(lambda: next(g2)))


def recurse_running():
    def a(): yield from b_
    def b(): yield from a_
    a_, b_ = a(), b()
    return next(a_)
print(attempt(recurse_running))
def stop_value():
    return (yield from It(0))
print(attempt(lambda: next(stop_value())))
def tuple_value():
    r = yield from iter_with((1, 2)); print("r", r)
def iter_with(v):
    return v
    yield
print(list(tuple_value()))
