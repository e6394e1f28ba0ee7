# throw and close of generators and coroutines, nested and delegating; asynchronous generators, asend, athrow and aclose.
import gc, sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
gc.set_threshold(50000)  # a collection goes through all that is under way
sys.setrecursionlimit(DEPTH * 8 + 1000)


def thrown(n):
    # Each body throws into the next one.
    try: yield
    except ValueError as e:
        if n:
            g = thrown(n - 1)
            next(g)
            yield g.throw(ValueError)
        else: yield "deep"


def closed(n):
    try: yield
    finally:
        if n:
            g = closed(n - 1)
            next(g)
            g.close()
        else: reached.append(n)


def down(n):
    if n: yield from down(n - 1)
    else:
        try: yield 1
        except ValueError: yield "deep"


def returns(n):
    if n: return (yield from returns(n - 1))
    try: yield 1
    except ValueError: return "deep"


async def thrown_into(n):
    class Stop:
        def __await__(self): yield 1
    try: await Stop()
    except ValueError:
        if n:
            c = thrown_into(n - 1)
            c.send(None)
            try: c.throw(ValueError)
            except StopIteration as e: return e.value
        return "deep"


async def numbers(n):
    if n:
        async for x in numbers(n - 1): yield x
    else: yield "deep"


async def first(n):
    async for x in numbers(n): return x


async def nested(n):
    g = nested_numbers(n)
    try: return await g.asend(None)
    finally: await g.aclose()


async def nested_numbers(n):
    yield await nested(n - 1) if n else "deep"


async def athrown(n):
    g = catches(n)
    await g.asend(None)
    return await g.athrow(ValueError)


async def catches(n):
    try: yield
    except ValueError: yield await athrown(n - 1) if n else "deep"


async def aclosed(n):
    g = closes(n)
    await g.asend(None)
    await g.aclose()


async def closes(n):
    try: yield
    finally:
        if n: await aclosed(n - 1)
        else: reached.append(n)


def run(coroutine):
    try: coroutine.send(None)
    except StopIteration as e: return e.value


reached, keep = [], []
g = thrown(DEPTH)
next(g)
assert g.throw(ValueError) == "deep"
g = closed(DEPTH)
next(g)
g.close()
g = down(DEPTH)
next(g)
assert g.throw(ValueError) == "deep"
g.close()
g = returns(DEPTH)
next(g)
try: g.throw(ValueError())
except StopIteration as e: assert e.value == "deep"
c = thrown_into(DEPTH)
c.send(None)
try: c.throw(ValueError())
except StopIteration as e: assert e.value == "deep"
assert run(first(DEPTH)) == run(nested(DEPTH)) == run(athrown(DEPTH)) == "deep"
run(aclosed(DEPTH))
print(len(reached))
