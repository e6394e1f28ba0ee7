# Async generators driven by hand: asend, athrow, aclose, __anext__, exhaustion, states, errors.
class Pause:
    def __init__(self, tag): self.tag = tag
    def __await__(self): return (yield self.tag)


def drive(aw):
    """Runs an awaitable; gives the tags it paused at and its outcome."""
    tags = []
    it = aw.__await__()
    try:
        tags.append(next(it))
        while True: tags.append(it.send(f"sent{len(tags)}"))
    except StopIteration as e:
        return tags, "returned", e.value
    except BaseException as e:
        return tags, type(e).__name__, e.args


log = []


async def agen(n):
    log.append("start")
    try:
        for i in range(n):
            got = yield i
            log.append(f"got {got!r}")
            log.append(await Pause(f"pause{i}"))
    except ValueError as e:
        log.append(f"caught {e}")
        yield "from except"
    finally:
        log.append("finally")


g = agen(2)
print(type(g).__name__, g.__name__, g.ag_running, g.ag_await, g.ag_frame is not None, g.ag_code.co_name, g.__aiter__() is g, hasattr(g, "__next__"), type(g.__anext__()).__name__, type(g.asend(1)).__name__, type(g.athrow(ValueError)).__name__, type(g.aclose()).__name__)
print(drive(g.__anext__()), drive(g.asend("A")), drive(g.asend("B")), drive(g.__anext__()), log); log.clear()
g = agen(3)
print(drive(g.asend(None)), drive(g.athrow(ValueError("v"))), drive(g.__anext__()), drive(g.athrow(ValueError)), log); log.clear()
g = agen(3)
print(drive(g.__anext__()), drive(g.aclose()), drive(g.aclose()), drive(g.__anext__()), drive(g.asend(1)), log); log.clear()
g = agen(3)
print(drive(g.aclose()), drive(g.__anext__()), log); log.clear()
g = agen(3)
print(drive(g.asend("not none")), drive(g.athrow(KeyError("unstarted"))), drive(g.__anext__()), log); log.clear()
g = agen(2)
print(drive(g.__anext__()), drive(g.athrow(TypeError, "two", None)), drive(g.__anext__()), log); log.clear()


async def ignores_close():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = ignores_close()
print(drive(g.__anext__()), drive(g.aclose()))


async def awaits_in_finally():
    try:
        yield 1
    finally:
        await Pause("cleanup")
        log.append("cleaned")


g = awaits_in_finally()
print(drive(g.__anext__()), drive(g.aclose()), log); log.clear()


async def raises_stop():
    yield 1
    raise StopAsyncIteration("own")


async def raises_stop2():
    yield 1
    raise StopIteration("own")


async def raises():
    yield 1
    1 / 0


for f in (raises_stop, raises_stop2, raises):
    g = f()
    print(drive(g.__anext__()), drive(g.__anext__()), drive(g.__anext__()))
an = (g := agen(2)).__anext__()
print(next(an))  if 0 else None
try:
    an.send("x")
except TypeError as e:
    print(e)
except StopIteration as e:
    print("value", e.value)
try:
    an.send(None)
except RuntimeError as e:
    print(e)
except StopIteration as e:
    print("value", e.value)
try:
    an.send(None)
except (RuntimeError, StopIteration) as e:
    print(type(e).__name__, e)
a = g.__anext__()
a.close()
try: a.send(None)
except RuntimeError as e: print(e)
a = g.asend(5)
try: a.throw(KeyError("into asend"))
except KeyError as e: print(repr(e))
log.clear()
g = agen(2); drive(g.__anext__())
p = g.asend("x")
print(p.send(None), g.ag_running)
q = g.__anext__()
try: q.send(None)
except RuntimeError as e: print(e)
try: p.throw(ValueError("while paused"))
except StopIteration as e: print("value", e.value)
print(log, g.ag_running); log.clear()


async def consume():
    out = []
    async for x in agen(3):
        out.append(x)
        if x == 1: break
    else:
        out.append("else")
    return out, [y async for y in agen(2)], {y: z async for y, z in pairs()}, {y async for y in agen(1)}, [y async for y in agen(4) if y % 2], list([await echo(y) async for y in agen(2)])


async def pairs():
    yield "a", 1
    yield "b", 2


async def echo(x): return await Pause(f"echo{x}")


print(drive(consume()))
log.clear()


async def genexp():
    g = (x * 2 async for x in agen(3))
    h = (await echo(i) for i in range(2))
    k = (i for i in range(3))
    return type(g).__name__, type(h).__name__, type(k).__name__, [x async for x in g], [x async for x in h]


print(drive(genexp()))
log.clear()


async def delegating():
    async for x in agen(2): yield "d", x
    for x in "ab": yield x
    yield await echo("e")


async def collect(g): return [x async for x in g]


print(drive(collect(delegating())))
async def empty():
    return
    yield
print(drive(collect(empty())), drive(empty().__anext__()))
async def bare():
    x = yield
    y = yield x
    yield x, y
g = bare()
print(drive(g.__anext__()), drive(g.asend(1)), drive(g.asend(2)), drive(g.__anext__()))
print(repr(g).split(" at ")[0], g.ag_frame, g.__qualname__)
g = agen(1)
try: iter(g)
except TypeError as e: print(e)
try: g.__anext__(1)
except TypeError as e: print(e)
import sys
hooks = sys.get_asyncgen_hooks()
print(hooks)
sys.set_asyncgen_hooks(firstiter=lambda g: print("firstiter", g.__name__), finalizer=lambda g: print("finalizer", g.__name__))
g = agen(2); drive(g.__anext__()); drive(g.__anext__())
del g
print("deleted", log)
sys.set_asyncgen_hooks(None, None)
try: sys.set_asyncgen_hooks(5)
except TypeError as e: print(e)
