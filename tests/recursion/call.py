# __call__, and an object whose __call__ is an object.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Call:
    def __call__(self, n): return 0 if n == 0 else 1 + self(n - 1)


print(Call()(DEPTH))
