# map, filter, any, sum and friends whose callback or iterator recurses.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


def mapped(n): return 0 if n == 0 else 1 + list(map(mapped, [n - 1]))[0]
def filtered(n):
    if n: list(filter(filtered, [n - 1]))
    count.append(n)
    return True
# CPython closes each abandoned generator in time linear in the depth: this one is kept shallower.
def with_any(n): return any(with_any(n - 1) for _ in "a") if n else True
def with_sum(n): return 0 if n == 0 else 1 + sum(with_sum(n - 1) for _ in "a")


count = []
filtered(DEPTH)
assert len(count) == DEPTH + 1 and with_any(DEPTH) is True and with_sum(DEPTH) == DEPTH
print(mapped(DEPTH))
