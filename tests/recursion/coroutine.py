# Coroutines that await each other, and __await__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


async def deep(n): return 0 if n == 0 else 1 + await deep(n - 1)


class Await:
    def __init__(self, n): self.n = n
    def __await__(self):
        if self.n == 0: return 0
        return 1 + (yield from Await(self.n - 1).__await__())


async def objects(): return await Await(DEPTH)


for coro in (objects(), deep(DEPTH)):
    try: coro.send(None)
    except StopIteration as e: result = e.value
print(result)
