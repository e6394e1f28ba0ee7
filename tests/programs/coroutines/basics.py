# Coroutines driven by hand: await of coroutines, of __await__ objects, send, throw, close, results, errors, states.
class Pause:
    """Awaiting it suspends to whoever drives; the value sent in is the value of the await."""
    def __init__(self, tag): self.tag = tag
    def __await__(self):
        got = yield self.tag
        return f"{self.tag}={got}"


async def leaf(n):
    a = await Pause(f"leaf{n}")
    return a, n


async def middle():
    first = await leaf(1)
    second = await leaf(2)
    return first, second


async def top():
    r = await middle()
    return {"r": r, "more": await Pause("end")}


def drive(coro, sends=range(100)):
    """Runs a coroutine to its end; returns what it yielded and its result."""
    out, values = [], iter(sends)
    try:
        out.append(coro.send(None))
        while True: out.append(coro.send(next(values)))
    except StopIteration as e:
        return out, e.value
    except Exception as e:
        return out, f"{type(e).__name__}: {e}"


print(drive(top()), drive(top(), ["x", "y", "z"]))
c = leaf(5)
print(type(c).__name__, c.__name__, c.__qualname__, c.cr_running, c.cr_suspended, c.cr_await, c.cr_frame is not None, c.cr_code.co_name, c.cr_origin, hasattr(c, "__iter__"), hasattr(c, "__next__"), hasattr(c, "__await__"))
print(c.send(None), c.cr_suspended, type(c.cr_await).__name__)
w = leaf(6).__await__()
print(type(w).__name__, next(w), iter(w) is w)
w.close()
try:
    c.send("last")
except StopIteration as e:
    print(e.value, c.cr_frame, c.cr_await)
for again in (lambda: c.send(None), lambda: c.throw(ValueError), lambda: c.close(), lambda: drive(c), lambda: c.__await__().send(None)):
    try:
        print(again())
    except Exception as e:
        print(type(e).__name__, e)


class NotIter:
    def __await__(self): return 5
class ReturnsCoro:
    def __await__(self):
        self.coro = leaf(1)
        return self.coro
class Fails:
    def __await__(self): raise KeyError("in __await__")
class NextOnly:
    def __await__(self): return iter(["plain iterator", "second"])
class NoneAwait: __await__ = None


async def waits(x): return await x


for x in (5, None, "s", [], NotIter(), Fails(), NextOnly(), NoneAwait(), (i for i in ()), leaf, iter([]), print):
    co = waits(x)
    print(drive(co, [None, None, None]))
rc = ReturnsCoro()
co = waits(rc)
r = drive(co)
print(r[1])
rc.coro.close()


async def handles():
    try:
        await Pause("one")
    except ValueError as e:
        return f"handled {e}", await Pause("two")
    finally:
        await Pause("finally")


c = handles(); print(c.send(None), c.throw(ValueError("v")), c.send("s"))
try: c.send(None)
except StopIteration as e: print(e.value)
c = handles(); c.send(None)
try: c.close()
except RuntimeError as e: print(e)
c.close() if c.cr_frame is None else None
c = leaf(1); c.close()
try: c.send(None)
except RuntimeError as e: print(e)
c = leaf(1); c.send(None)
try: c.throw(GeneratorExit)
except GeneratorExit as e: print("GeneratorExit", e.args)
c = leaf(1)
for bad in (lambda: c.send("not none"), lambda: next(c), lambda: iter(c), lambda: [*c], lambda: c + 1, lambda: c()):
    try: bad()
    except TypeError as e: print(str(e).split(" at ")[0])
c.close()


async def shared(): return await Pause("shared")


s = shared(); s.send(None)


async def second(): await s


x = second()
try: x.send(None)
except RuntimeError as e: print(e)
s.close()


async def running(): me.send(None)


me = running()
try: me.send(None)
except ValueError as e: print(e)


async def stop(): raise StopIteration("si")
async def stop_async(): raise StopAsyncIteration("sai")
async def ret_tuple(): return 1, 2
async def ret_exc(): return ValueError("as a value")
async def nothing(): pass
async def expression(): return [await leaf(i) for i in range(2)], {k: await leaf(k) for k in "a"}, (await leaf(9))[1] + (await leaf(8))[1], not await nothing(), f"{await ret_tuple()}", await leaf(1) if not await nothing() else 0
for co in (stop, stop_async, ret_tuple, ret_exc, nothing, expression): print(drive(co()))


class Meth:
    async def m(self, a, *b, k=1): return self.v, a, b, k
    v = "v"
    @staticmethod
    async def s(): return "static"
    @classmethod
    async def c(cls): return cls.__name__
    async def __call__(self): return "called"
    @property
    async def p(self): return "prop"


o = Meth()
for co in (o.m(1, 2, k=3), Meth.s(), Meth.c(), o(), o.p, (lambda: leaf(0))()): print(drive(co))
async def recursive(n): return n if n == 0 else 1 + await recursive(n - 1)
print(drive(recursive(100)))
def gen_based():
    x = yield "from generator"
    return x
class Wrap:
    def __await__(self): return (yield from gen_based())
print(drive(waits(Wrap())))
for source in ("await x", "def f(): await x", "async def f(): yield from x", "async def f():\n yield\n return 1", "def f(): async with x: pass", "def f(): async for x in y: pass", "lambda: await x", "async def f(): [x async for x in y]\nclass C: z = await f", "def f(): [x async for x in y]", "async def f(x=await y): pass", "async lambda: 1", "class C:\n async with x: pass", "async def f(): await", "async def f(): return await", "async def f(): await = 1", "async def f(): def g(): await x", "(await x for x in y)", "async def await(): pass", "async = 1"):
    try:
        compile(source, "s", "exec"); print(repr(source), "ok")
    except SyntaxError as e:
        print(repr(source), e.msg)
