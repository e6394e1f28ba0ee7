# Mixed chains of coroutines, generators and async generators: frames, tracebacks, context, cleanup and names along the chain.
import sys


class Pause:
    def __await__(self):
        yield names()


def names():
    f, out = sys._getframe(1), []
    while f: out.append(f.f_code.co_name); f = f.f_back
    return out


async def a(): return await b()
async def b(): return await c(3)
async def c(n):
    if n: return await c(n - 1)
    async for x in ag(): return x
async def ag():
    await Pause()
    yield names()


co = a()
print(co.send(None))
print(co.cr_await.__name__, co.cr_await.cr_await.__name__, co.cr_frame.f_lineno - a.__code__.co_firstlineno)
try: co.send(None)
except StopIteration as e: print(e.value)


async def bad(): await deeper()
async def deeper():
    async with Mgr(): await deepest()
async def deepest():
    await Pause()
    raise KeyError("deep")


class Mgr:
    async def __aenter__(self): pass
    async def __aexit__(self, t, v, tb):
        n = 0
        while tb: n += 1; tb = tb.tb_next
        print("aexit", t.__name__, n)


def trace(e):
    tb, out = e.__traceback__, []
    while tb: out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno)); tb = tb.tb_next
    return out


co = bad(); co.send(None)
try: co.send(None)
except KeyError as e: print(trace(e))
co = bad(); co.send(None)
try: co.throw(ValueError("thrown in"))
except ValueError as e: print(trace(e), e.__context__)


async def context():
    try:
        raise ValueError("first")
    except ValueError:
        await Pause()
        print(sys.exc_info()[0].__name__)
        raise TypeError("second")


co = context(); co.send(None)
print(sys.exc_info())
try:
    try: raise OSError("outer")
    except OSError: co.send(None)
except TypeError as e:
    chain = []
    while e: chain.append(type(e).__name__); e = e.__context__
    print(chain)


class Res:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)


async def holds():
    r = Res("coroutine local")
    await Pause()


co = holds(); co.send(None); co.close(); print("closed")
co = holds(); co.send(None)
co = None
print("dropped")


async def agholds():
    r = Res("agen local")
    try: yield 1
    finally: print("agen finally")


g = agholds()
try: g.__anext__().send(None)
except StopIteration as e: print("value", e.value)
c = g.aclose()
try: c.send(None)
except StopIteration as e: print("closed", e.value)
print("now")


def gen():
    yield 1
    return (yield 2)


class FromGen:
    def __init__(self): self.g = gen()
    def __await__(self): return self.g


async def over_generator(): return await FromGen()


co = over_generator()
print(co.send(None), co.cr_await.__name__, co.send("x"))
try: co.send("final")
except StopIteration as e: print(e.value)


async def wrapper(f):
    try: return await f()
    except Exception as e: return f"wrapped {e!r}"


async def ok(): return 1
async def fail(): raise ValueError("f")
for f in (ok, fail, lambda: 5, lambda: FromGen()):
    w = wrapper(f)
    out = []
    try:
        while True: out.append(w.send(None))
    except StopIteration as e: print(out, e.value)


async def nested_tries():
    log = []
    for i in range(3):
        try:
            try:
                if i == 1: raise KeyError(i)
                log.append(await ok())
            finally:
                await Pause()
                log.append(f"f{i}")
        except KeyError as e:
            await Pause()
            log.append(repr(e))
            continue
        else: log.append("else")
    return log


w = nested_tries(); n = 0
try:
    while True: w.send(None); n += 1
except StopIteration as e: print(n, e.value)


async def closure(n):
    async def inner():
        nonlocal n
        n += 1
        await Pause()
        return n
    return [await inner() for _ in range(3)], n


w = closure(10)
try:
    while True: w.send(None)
except StopIteration as e: print(e.value)
async def locals_(a, b=2):
    c = 3
    await Pause()
    return sorted(locals())
w = locals_(1); w.send(None)
print(w.cr_frame.f_locals)
try: w.send(None)
except StopIteration as e: print(e.value)
print([f.__code__.co_flags & 0x280 for f in (a, ag, gen, names)], a.__code__.co_name, repr(a).split(" at ")[0])
