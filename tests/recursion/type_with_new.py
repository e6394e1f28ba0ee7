# A subclass of int whose __new__ recurses, and type() called with a recursing __init_subclass__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Count(int):
    def __new__(cls, n): return int.__new__(cls, 0 if n == 0 else 1 + cls(n - 1))


print(int(Count(DEPTH)))
