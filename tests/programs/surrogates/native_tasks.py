# Native algorithms that call Python at many places: itertools, sets, lru_cache, partial, print, throw and close: order of calls, errors, state midway.
from itertools import *
from _functools import partial, cmp_to_key, _lru_cache_wrapper
from _collections import defaultdict


def show(f, *args):
    try: print("  ->", f(*args))
    except BaseException as e: print("  !!", type(e).__name__, e, [type(e.__context__).__name__ if e.__context__ else None])


class It:
    def __init__(self, *items): self.items = list(items)
    def __iter__(self): print("iter"); return self
    def __next__(self):
        print("next")
        if not self.items: raise StopIteration
        item = self.items.pop(0)
        if isinstance(item, Exception): raise item
        return item


class Key:
    def __init__(self, n, h=1): self.n, self.h = n, h
    def __hash__(self): print("hash", self.n); return self.h
    def __eq__(self, o): print("eq", self.n, getattr(o, "n", o)); return self.n == getattr(o, "n", o)
    def __repr__(self): return f"K{self.n}"


def key(x): print("key", x); return x % 2
def bad(*a): print("bad", *a); raise KeyError("bad")


for it in (chain(It(1), It(2, ValueError("v"))), chain.from_iterable(It([1], It(2), 3)), accumulate(It(1, 2, 3)), accumulate(It(1, 2), bad), takewhile(key, It(1, 2, 3)), dropwhile(key, It(1, 2, 3)),
           filterfalse(key, It(1, 2, ValueError("w"))), starmap(pow, It((2, 3), It(2, 2), 4)), islice(It(1, 2, 3, 4), 1, 3), zip_longest(It(1), It(1, 2, 3), fillvalue=0), pairwise(It(1, 2, 3)), compress(It(*"abc"), It(1, 0, 1)),
           cycle(It(1, 2)), product(It(1, 2), It("a")), permutations(It(1, 2)), combinations(It(1, 2, 3), 2)):
    show(next, it)
    show(next, it)
    show(list, islice(it, 3))
    show(next, it, "end")
for k, group in groupby(It(1, 3, 2, 4), key): print(k, list(group))
show(lambda: [(k, len([*group])) for k, group in groupby([Key(1), Key(1), Key(2)])])
a, b = tee(It(1, 2))
show(next, a), show(list, b), show(list, a)
show(chain.from_iterable, 5), show(islice, It(1), -1), show(tee, It(1), -1), show(product, It(1), 5), show(chain.from_iterable), show(zip_longest, It(1), 5)

s = {Key(1), 2}
for name in ("union", "difference", "intersection", "symmetric_difference", "isdisjoint", "issubset", "issuperset", "update", "difference_update", "intersection_update", "symmetric_difference_update"):
    print(name)
    t = {1, 2, 3}
    show(getattr(t, name), It(2, Key(1), [], 9))
    show(getattr(t, name), It(2, Key(5, 7), 9))
    show(getattr(t, name), 5)
    print(sorted(map(repr, t)))
    if name[-3:] != "ate": show(getattr(frozenset(t), name), It(2))
for op in ("|", "&", "-", "^"):
    space = {"a": {Key(1), 2}, "b": {Key(1), 3}}
    exec(f"print({op!r}); a {op}= b; print(len(a), a is not b); a {op}= a; print(len(a))", space)
show({1}.union, It(1), It(2), [3]), show({1, 2}.update, It(4), It(ValueError())), show({1, 2, 3}.intersection, It(1, 2), It(2))


@lambda f: _lru_cache_wrapper(f, 2, False, tuple)
def cached(x, y=0):
    print("call", x, y)
    if x == 3: raise ValueError(x)
    return x if x != 4 else cached(1)


for args in ((1,), (1,), (2,), (3,), (3,), (1,), (4,), (4,), (Key(1),), (Key(1),), ([],)): show(cached, *args)
show(lambda: cached(1, y=2)), show(lambda: cached(1, y=2)), show(lambda: cached(z=2))


class Has:
    @lambda f: _lru_cache_wrapper(f, None, True, tuple)
    def method(self, x): print("method", x); return x
    part = partial(print, "part")


h = Has()
h.method(1), h.method(1), h.method(1.0), h.part(2)
p = partial(lambda *a, **k: print(a, k), 1, x=2)
p(), p(3, x=4, y=5), partial(p, 6)(7), show(partial(bad, 1), 2)
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: print("cmp", a, b) or a - b)))
show(sorted, [1, 2], None) if 0 else show(lambda: sorted([1, 2], key=cmp_to_key(bad)))
d = defaultdict(lambda: print("factory") or [])
d["a"].append(1), d[Key(3)].append(2), d["a"].append(3)
print(list(d.values()))
d.default_factory = bad
show(lambda: d["b"]), show(d.__missing__, "c"), print("b" in d)


class Out:
    def write(self, text): lines.append(text)
    def flush(self): lines.append("flush")


class Text:
    def __init__(self, text): self.text = text
    def __str__(self): print("str", self.text); return self.text


lines = []
print(Text("a"), [Text("b")].__len__(), file=Out(), flush=True, end=Text("x").text, sep="-")
print(lines)
show(print, Text(5)), show(lambda: print(1, file=5)), show(lambda: print(1, end=5))


def gen(log):
    try:
        while True:
            try: x = yield log
            except ValueError as e: log.append(repr(e.__context__)); yield "caught"
            else: log.append(x)
    finally:
        log.append("closed")


def outer(log):
    r = yield from gen(log)
    log.append(r)


def stubborn():
    try: yield 1
    except GeneratorExit: yield 2


def quits():
    try: yield 1
    except ValueError: return "done"


def outer_quits(): print("got", (yield from quits())); yield "after"


for make in (gen, outer):
    g = make([])
    log = next(g)
    show(g.throw, ValueError), show(g.throw, ValueError(1)), show(g.send, 3), show(next, g), show(g.throw, ValueError, "x"), show(g.throw, KeyError, "k"), show(g.throw, ValueError), show(g.close), print(log)
    g = make([])
    show(g.throw, TypeError("not started"))
    g = make([])
    log = next(g)
    try: 1 / 0
    except ZeroDivisionError: show(g.throw, ValueError), show(g.close)
    print(log)
for make in (quits, outer_quits):
    g = make()
    next(g)
    show(g.throw, ValueError), show(next, g), show(g.throw, ValueError), show(g.close), show(g.close)
g = stubborn()
next(g)
show(g.close), show(g.close), show(g.throw, 5), show(g.throw), show(g.throw, ValueError, 1, 2)


class Delegate:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self, *args): print("throw", [getattr(a, "__name__", a) for a in args]); return "thrown"
    def close(self): print("close"); raise KeyError("in close")


def custom(): yield from Delegate()


g = custom()
next(g)
show(g.throw, ValueError, 1), show(g.throw, GeneratorExit), show(g.close)
g = custom()
next(g)
show(g.close)


async def agen():
    try:
        yield 1
        yield 2
    except ValueError: yield "caught"
    finally: print("finally")


def drive(a):
    try:
        while True: print("step", a.send(None))
    except StopIteration as e: return e.value


async def use():
    g = agen()
    print(await g.asend(None), await g.__anext__(), await g.athrow(ValueError))
    async for x in agen(): print(x); break
    await g.aclose()
    try: await g.__anext__()
    except StopAsyncIteration: print("over")
    async for x in agen(): print(x)
    return "end"


print(drive(use()))
