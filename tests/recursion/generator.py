# Generators: each loops over the next, and each delegates to the next.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


def loops(n):
    if n == 0: yield 0
    else:
        for inner in loops(n - 1): yield 1 + inner


def delegates(n):
    if n == 0: return 0
    yield
    return 1 + (yield from delegates(n - 1))


def runs(n):
    return (yield from delegates_at_once(n))


def delegates_at_once(n):
    if n == 0:
        yield "bottom"
        return 0
    return 1 + (yield from delegates_at_once(n - 1))


g = runs(DEPTH)
assert next(g) == "bottom"
try: next(g)
except StopIteration as e: assert e.value == DEPTH
print(*loops(DEPTH))
