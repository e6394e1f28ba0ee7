# sys.settrace and sys.setprofile with generators, coroutines, asynchronous generators: resumption, throw, close, delegation.
import sys

log = []


def show(frame, event, arg):
    if frame.f_code.co_filename != __file__ or frame.f_code.co_name == "run":
        return show
    if event == "exception": arg = (arg[0].__name__, str(arg[1]))
    elif event.startswith("c_"): arg = arg.__qualname__
    elif not isinstance(arg, (int, str, type(None), tuple)): arg = type(arg).__name__
    log.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return show


def run(f, *args):
    for install in (sys.settrace, sys.setprofile):
        log.clear()
        install(show)
        try: result = f(*args)
        except BaseException as e: result = type(e).__name__, e.args
        install(None)
        print(install.__name__, f.__name__, result)
        for entry in log: print("   ", *entry)


def gen(n):
    for i in range(n):
        got = yield i
        if got: yield got
    return "end"


def simple():
    return list(gen(2))


def sending():
    g = gen(2)
    out = [next(g), g.send("sent"), next(g)]
    try: next(g)
    except StopIteration as e: out.append(e.value)
    return tuple(out)


def resistant():
    while True:
        try:
            yield 1
        except ValueError as e:
            yield "caught"
        finally:
            done = 1


def throwing():
    g = resistant()
    a = next(g)
    b = g.throw(ValueError("thrown"))
    try: g.throw(KeyError("k"))
    except KeyError: pass
    g = resistant()
    try: g.throw(TypeError)
    except TypeError: pass
    return a, b


def closing():
    g = gen(3)
    next(g)
    g.close()
    g = gen(3)
    next(g)
    del g
    never = gen(1)
    never.close()


def outer():
    r = yield from gen(1)
    yield r
    yield from (1, 2)


def delegated():
    g = outer()
    first = next(g)
    try: g.throw(ValueError("into inner"))
    except ValueError: pass
    return first, tuple(outer())


class Awaitable:
    def __await__(self):
        return (yield "suspended")


async def coroutine(n):
    if n: return await coroutine(n - 1)
    return await Awaitable()


def driving():
    c = coroutine(1)
    a = c.send(None)
    try: c.send("value")
    except StopIteration as e: return a, e.value


async def agen():
    try:
        yield 1
        await Awaitable()
        yield 2
    finally: pass


async def consume():
    out = [x async for x in agen()]
    async for x in agen(): break
    async with Manager() as m: pass
    return tuple(out)


class Manager:
    async def __aenter__(self): return 1
    async def __aexit__(self, *a): pass


def asynchronous():
    c = consume()
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value


for f in (simple, sending, throwing, closing, delegated, driving, asynchronous): run(f)
g = gen(2)
sys.settrace(show)
log.clear()
next(g)
sys.settrace(None)
next(g)
sys.settrace(show)
try: next(g)
except StopIteration: pass
sys.settrace(None)
for entry in log: print(*entry)
