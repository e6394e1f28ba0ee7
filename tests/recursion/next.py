# __next__ reached by a for loop, by next() and by unpacking.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class It:
    def __init__(self, n): self.n, self.done = n, False
    def __iter__(self): return self
    def __next__(self):
        if self.done: raise StopIteration
        self.done = True
        if self.n == 0: return 0
        for inner in It(self.n - 1): return 1 + inner


class Next(It):
    def __next__(self): return 0 if self.n == 0 else 1 + next(Next(self.n - 1))


assert next(Next(DEPTH)) == DEPTH
for value in It(DEPTH): print(value)
