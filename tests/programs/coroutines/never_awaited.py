# What is printed to stderr when a coroutine is dropped without being awaited is a warning; closed ones are silent.
import sys


async def quiet(): return 1


def run(c):
    try:
        c.send(None)
    except StopIteration as e:
        return e.value


print(run(quiet()))
c = quiet()
c.close()
del c
print("closed: no warning")
c = quiet()
try:
    c.throw(ValueError("thrown before the start"))
except ValueError as e:
    print(e)
del c
print("thrown: no warning")


class Awaitable:
    def __init__(self, *values): self.values = values
    def __await__(self):
        for v in self.values: yield v
        return len(self.values)


async def many(): return [await Awaitable(*range(n)) for n in range(4)]


c, out = many(), []
try:
    while True: out.append(c.send(None))
except StopIteration as e:
    print(out, e.value)


async def types():
    a = quiet()
    kinds = type(a).__name__, type(a.__await__()).__name__
    await a
    return kinds


print(run(types()))


async def exception_inside(): return await quiet() / 0


try:
    run(exception_inside())
except ZeroDivisionError as e:
    print(e)


async def default_args(a, b=2, /, *args, c, **kw): return a, b, args, c, kw


print(run(default_args(1, c=3)), run(default_args(1, 5, 6, c=7, d=8)))
try:
    default_args()
except TypeError as e:
    print(e)


def chooser(flag):
    async def yes(): return "yes"
    async def no(): return "no"
    return yes() if flag else no()


print(run(chooser(1)), run(chooser(0)))


class Counter:
    def __init__(self): self.n = 0
    async def __aenter__(self): self.n += 1; return self
    async def __aexit__(self, *a): self.n -= 1
    def __aiter__(self): return self
    async def __anext__(self):
        self.n += 1
        if self.n > 3: raise StopAsyncIteration
        return self.n


async def all_together():
    async with Counter() as k:
        values = [v async for v in k]
        async with k as again: values.append(again is k)
        return values, k.n, await quiet(), [await quiet() for _ in range(2)], (lambda: 1)(), {await quiet(): await quiet()}, [*[await quiet()], await quiet()], -await quiet(), await quiet() + await quiet() * 2, (await quiet(),), await quiet() == 1, await quiet() and "and", [i for i in range(await quiet())]


print(run(all_together()))


async def conditionals(x):
    while await quiet():
        if x > 3: break
        x += await quiet()
    else:
        return "never"
    assert await quiet(), "never"
    try:
        raise KeyError(await quiet())
    except KeyError as e:
        got = e.args
    del x
    match await quiet():
        case 1 if await quiet(): got += ("matched",)
    with_default = (await quiet()) if not await quiet() else "else"
    f = f"{await quiet():>3}|{await quiet()!r}"
    global made
    made = await quiet()
    async def inner(): return got
    return await inner(), with_default, f, made


print(run(conditionals(0)))
print(sys.get_coroutine_origin_tracking_depth())
sys.set_coroutine_origin_tracking_depth(1)
c = quiet()
print([(name.split("/")[-1], fn) for name, line, fn in c.cr_origin])
c.close()
sys.set_coroutine_origin_tracking_depth(0)
print(quiet.__name__, quiet.__code__.co_flags & 0x80 > 0)
