# __add__, __radd__ and __iadd__, and a comparison.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Num:
    def __init__(self, n): self.n = n
    def __add__(self, one): return 0 if self.n == 0 else one + (Num(self.n - 1) + one)
    def __rsub__(self, one): return 0 if self.n == 0 else one + (one - Num(self.n - 1))
    def __iadd__(self, one):
        if self.n == 0: return 0
        x = Num(self.n - 1)
        x += one
        return one + x
    def __lt__(self, limit): return True if self.n == 0 else Num(self.n - 1) < limit
    def __neg__(self): return 0 if self.n == 0 else 1 + -Num(self.n - 1)


x = Num(DEPTH)
x += 1
assert x == DEPTH and 1 - Num(DEPTH) == DEPTH and (Num(DEPTH) < 1) is True and -Num(DEPTH) == DEPTH
print(Num(DEPTH) + 1)
