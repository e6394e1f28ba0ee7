# __iter__, as a method that builds a list, reached by list(), by a for loop and by unpacking.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class It:
    def __init__(self, n): self.n = n
    def __iter__(self):
        if self.n == 0: return iter([0])
        for inner in It(self.n - 1): return iter([1 + inner])


class ByList:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter([0]) if self.n == 0 else iter([1 + list(ByList(self.n - 1))[0]])


assert list(ByList(DEPTH)) == [DEPTH]
[value] = It(DEPTH)
print(value)
