# yield from generators and iterators, send; await, async for, async with, __await__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


def down(n):
    if n: yield from down(n - 1)
    else: yield "deep"


class Iterator:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self): return next(through(self.n - 1)) if self.n else "deep"


def through(n): yield from Iterator(n)


def sending(n):
    if n:
        g = sending(n - 1)
        g.send(None)
        yield 1
        yield g.send("x")
    else:
        yield 1
        yield "deep"


def sent(n): return sending(n)


class Await:
    def __init__(self, n): self.n = n
    def __await__(self):
        if self.n: return (yield from Await(self.n - 1).__await__())
        return "deep"
        yield


class Manager:
    def __init__(self, n): self.n = n
    async def __aenter__(self):
        if self.n:
            async with Manager(self.n - 1) as m: return m
        return "deep"
    async def __aexit__(self, *args): pass


class Items:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n:
            async for x in Items(self.n - 1): return x
        return "deep"


async def awaiting(n): return await awaiting(n - 1) if n else "deep"
async def entering(n):
    async with Manager(n) as m: return m
async def iterating(n):
    async for x in Items(n): return x


def run(coroutine):
    try: coroutine.send(None)
    except StopIteration as e: return e.value


assert next(down(DEPTH)) == next(Iterator(DEPTH)) == "deep"
g = sent(DEPTH)
assert g.send(None) == 1 and g.send(None) == "deep"
async def of(n): return await Await(n)
assert run(of(DEPTH)) == run(awaiting(DEPTH)) == run(entering(DEPTH)) == run(iterating(DEPTH)) == "deep"
print("deep")
