# __init__ that makes the next object.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Node:
    def __init__(self, n):
        self.depth = 0 if n == 0 else 1 + Node(n - 1).depth


print(Node(DEPTH).depth)
