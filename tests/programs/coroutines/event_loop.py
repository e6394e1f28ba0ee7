# A small event loop written here: tasks, futures, gather, cancellation, timeouts, queues; everything deterministic.
class Future:
    def __init__(self): self.done, self.value, self.error, self.callbacks = False, None, None, []
    def set(self, value=None, error=None):
        self.done, self.value, self.error = True, value, error
        for cb in self.callbacks: loop.soon(cb)
    def __await__(self):
        if not self.done: yield self
        if self.error: raise self.error
        return self.value


class Cancelled(BaseException): pass


class Task(Future):
    def __init__(self, coro, name=""):
        super().__init__()
        self.coro, self.name, self.cancelled = coro, name, False
        loop.soon(self.step)
    def step(self, exc=None):
        if self.done: return
        try:
            if self.cancelled: self.cancelled = False; fut = self.coro.throw(Cancelled())
            else: fut = self.coro.send(None)
        except StopIteration as e: self.set(e.value)
        except BaseException as e: self.set(error=e)
        else: fut.callbacks.append(self.step)
    def cancel(self): self.cancelled = True; loop.soon(self.step)


class Loop:
    def __init__(self): self.ready, self.timers, self.now, self.seq = [], [], 0, 0
    def soon(self, f): self.ready.append(f)
    def at(self, when, f):
        self.seq += 1
        self.timers.append((when, self.seq, f))
        self.timers.sort(key=lambda t: t[:2])
    def run(self, coro):
        main = Task(coro)
        while not main.done:
            while self.ready: self.ready.pop(0)()
            if main.done: break
            if not self.timers: raise RuntimeError("deadlock")
            self.now, _, f = self.timers.pop(0)
            f()
        if main.error: raise main.error
        return main.value


async def sleep(t):
    f = Future()
    loop.at(loop.now + t, lambda: f.done or f.set())
    await f


async def gather(*coros):
    tasks = [Task(c) for c in coros]
    return [await t for t in tasks]


async def timeout(coro, t):
    task = Task(coro)
    loop.at(loop.now + t, lambda: task.done or task.cancel())
    try: return await task
    except Cancelled: return "timed out"


class Queue:
    def __init__(self, size): self.items, self.getters, self.putters, self.size = [], [], [], size
    async def put(self, x):
        while len(self.items) >= self.size:
            f = Future(); self.putters.append(f); await f
        self.items.append(x)
        if self.getters: self.getters.pop(0).set()
    async def get(self):
        while not self.items:
            f = Future(); self.getters.append(f); await f
        x = self.items.pop(0)
        if self.putters: self.putters.pop(0).set()
        return x


log = []
def note(*a): log.append((loop.now, *a))


async def worker(name, delay, n):
    for i in range(n):
        await sleep(delay)
        note(name, i)
    return f"{name} done"


async def failing():
    await sleep(2)
    raise ValueError("task failed")


async def cleanup():
    try:
        await sleep(100)
    except Cancelled:
        note("cancelling")
        await sleep(1)
        note("cleaned up")
        raise
    finally:
        note("finally")


async def stubborn():
    try: await sleep(50)
    except Cancelled: note("refused"); return "kept going"


async def producer(q, n):
    for i in range(n):
        await q.put(i); note("put", i)
        if i == 2: await sleep(3)
    await q.put(None)


async def consumer(q):
    total = 0
    while (x := await q.get()) is not None:
        note("got", x); total += x
        await sleep(1)
    return total


async def ticker(n):
    for i in range(n):
        await sleep(1)
        yield i


async def use_ticker(): return [(i, loop.now) async for i in ticker(3)]


async def main():
    print(await gather(worker("a", 2, 3), worker("b", 3, 2)))
    try: await gather(worker("c", 1, 1), failing())
    except ValueError as e: print("main saw", e)
    print(await timeout(cleanup(), 5), await timeout(stubborn(), 5), await timeout(worker("d", 1, 2), 10))
    q = Queue(2)
    print(await gather(producer(q, 5), consumer(q)))
    print(await use_ticker())
    f = Future()
    loop.at(loop.now + 4, lambda: f.set("future value"))
    print(await f, await f)
    t = Task(worker("e", 1, 1))
    print(await t, await t, t.done)
    return "main result"


loop = Loop()
print(loop.run(main()))
for entry in log: print(*entry)
loop = Loop()
try:
    loop.run((lambda: (Future().__await__()))()) if 0 else loop.run(worker_dead()) if 0 else print("skipped")
except RuntimeError as e:
    print(e)


async def deadlock(): await Future()


try:
    loop.run(deadlock())
except RuntimeError as e:
    print(e)
