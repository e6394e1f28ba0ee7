# async with and async for: protocols, order, suppression, errors, suspension inside every part.
class Pause:
    def __init__(self, tag): self.tag = tag
    def __await__(self): return (yield self.tag)


def drive(coro):
    tags = []
    try:
        while True: tags.append(coro.send(None))
    except StopIteration as e:
        return tags, e.value
    except Exception as e:
        return tags, type(e).__name__, str(e), repr(e.__context__)


class CM:
    def __init__(self, name, suppress=False, fail=None): self.name, self.suppress, self.fail = name, suppress, fail
    async def __aenter__(self):
        await Pause(f"enter {self.name}")
        if self.fail == "enter": raise RuntimeError("enter failed")
        return self.name.upper()
    async def __aexit__(self, t, v, tb):
        await Pause(f"exit {self.name} {t and t.__name__}")
        if self.fail == "exit": raise RuntimeError("exit failed")
        return self.suppress


async def normal():
    async with CM("a") as a, CM("b") as b:
        await Pause(f"body {a}{b}")
    async with (CM("c") as c, CM("d"),): pass
    async with CM("t") as (x): return x


async def raising(suppress):
    async with CM("r", suppress):
        raise ValueError("inside")
    return "after"


async def loops():
    out = []
    for i in range(4):
        async with CM(str(i)):
            if i == 1: continue
            if i == 2: break
            out.append(i)
    return out


async def fails(kind):
    async with CM("outer", True):
        async with CM("f", fail=kind): 1 / 0
    return "suppressed by outer"


async def fails2(kind):
    async with CM("f", fail=kind): 1 / 0


for co in (normal(), raising(True), raising(False), loops(), fails("enter"), fails("exit"), fails2("exit"), fails2("enter")): print(drive(co))


class NoEnter:
    async def __aexit__(self, *a): pass
class NoExit:
    async def __aenter__(self): pass
class SyncCM:
    def __enter__(self): pass
    def __exit__(self, *a): pass
class NotAwaitable:
    def __aenter__(self): return 5
    def __aexit__(self, *a): return 5
class ExitNotAwaitable:
    async def __aenter__(self): return 5
    def __aexit__(self, *a): return 5
class CustomAwaitable:
    def __aenter__(self): return Pause("custom enter")
    def __aexit__(self, *a): return Pause("custom exit")


async def use(cm):
    async with cm as x: return x
async def use_sync(cm):
    with cm: pass


for cm in (NoEnter(), NoExit(), SyncCM(), 5, NotAwaitable(), ExitNotAwaitable(), CustomAwaitable()): print(drive(use(cm)))
print(drive(use_sync(CM("x"))))


class AIter:
    def __init__(self, n, fail=None): self.n, self.i, self.fail = n, 0, fail
    def __aiter__(self): return self
    async def __anext__(self):
        await Pause(f"next {self.i}")
        if self.i == self.fail: raise LookupError("iteration failed")
        if self.i >= self.n: raise StopAsyncIteration
        self.i += 1
        return self.i


async def plain(it):
    out = []
    async for x in it: out.append(x)
    else: out.append("else")
    return out


async def control():
    out = []
    async for x in AIter(5):
        if x == 2: continue
        if x == 4: break
        out.append(x)
        async for y in AIter(1): out.append((x, y))
    else: out.append("never")
    async for a, *b in AIterOf((1, 2, 3), "xy"): out.append((a, b))
    try:
        async for x in AIter(3): return out, x
    finally:
        await Pause("finally")


class AIterOf:
    def __init__(self, *items): self.items = list(items)
    def __aiter__(self): return self
    def __anext__(self): return self
    def __await__(self):
        if not self.items: raise StopAsyncIteration
        return self.items.pop(0)
        yield


for co in (plain(AIter(2)), plain(AIter(3, 1)), plain(AIter(0)), control()): print(drive(co))


class NotAsyncIter:
    def __aiter__(self): return 5
class AwaitableAiter:
    async def __aiter__(self): return AIter(1)
class NextNotAwaitable:
    def __aiter__(self): return self
    def __anext__(self): return 5
class RaisesInNext:
    def __aiter__(self): return self
    def __anext__(self): raise StopAsyncIteration
class AiterRaises:
    def __aiter__(self): raise KeyError("aiter")


for it in (5, [1], NotAsyncIter(), NextNotAwaitable(), RaisesInNext(), AiterRaises(), iter([])): print(drive(plain(it)))


async def builtins_(): return await anext(AIter(1)), await anext(AIter(0), "default"), aiter(x := AIter(2)) is x, [i async for i in aiter(AIter(2))]


print(drive(builtins_()))
for bad in (lambda: aiter(5), lambda: anext(5), lambda: aiter(), lambda: anext(), lambda: aiter([]), lambda: aiter(NotAsyncIter())):
    try: print(bad())
    except TypeError as e: print(e)
a = anext(AIter(0), "dflt")
print(type(a).__name__, hasattr(a, "send"))
it = a.__await__()
print(next(it))
try: next(it)
except StopIteration as e: print("stopped", e.value)


async def comprehension():
    return [x async for x in AIter(3) if await Pause(f"if {x}") is None], [(x, y) async for x in AIter(2) for y in range(x)], {x: y async for x in AIter(1) async for y in AIter(1)}, [await Pause(i) for i in range(2)], [[x async for x in AIter(1)] for _ in "ab"]


print(drive(comprehension()))


class Lock:
    def __init__(self): self.held, self.waiting = False, 0
    async def __aenter__(self):
        while self.held: await Pause("wait")
        self.held = True
    async def __aexit__(self, *a): self.held = False


async def worker(name, lock, log):
    for i in range(2):
        async with lock:
            log.append(f"{name}{i} in"); await Pause("work"); log.append(f"{name}{i} out")
        await Pause("idle")


lock, log = Lock(), []
tasks = [worker(n, lock, log) for n in "AB"]
while tasks:
    for t in list(tasks):
        try: t.send(None)
        except StopIteration: tasks.remove(t)
print(log)
