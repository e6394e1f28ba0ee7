# Generator expressions nested in each other, and a comprehension in each frame.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


it = iter([0])
for _ in range(DEPTH): it = (x + 1 for x in it)


def nested(n): return [0 if n == 0 else 1 + nested(n - 1) for _ in "a"][0]


assert nested(DEPTH) == DEPTH
print(*it)
