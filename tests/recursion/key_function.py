# The key function of sorted, list.sort, max and min.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


depth = {}


def key(n):
    if n == 0: return 0
    return 1 + sorted([n - 1], key=key_value)[0]


def key_value(n):
    depth[n] = 0 if n == 0 else 1 + value(n - 1)
    return depth[n]


def value(n):
    sorted([n], key=key_value)
    return depth[n]


def by_max(n): return 0 if n == 0 else (max([n - 1], key=by_max), results.append(n))[0]


results = []
by_max(DEPTH)
assert len(results) == DEPTH
print(value(DEPTH))
