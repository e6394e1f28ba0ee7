# Iterators stacked on each other: each map asks the one below.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


def add(x): return x + 1


it = iter([0])
for _ in range(DEPTH): it = map(add, it)
print(*it)
