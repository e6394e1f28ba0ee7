# __new__ that makes the next object.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Node:
    def __new__(cls, n):
        self = object.__new__(cls)
        self.depth = 0 if n == 0 else 1 + cls(n - 1).depth
        return self


print(Node(DEPTH).depth)
