# __bool__ and __len__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Bool:
    def __init__(self, n): self.n = n
    def __bool__(self): return True if self.n == 0 else not not Bool(self.n - 1)


class Len:
    def __init__(self, n): self.n = n
    def __len__(self): return 0 if self.n == 0 else 1 + len(Len(self.n - 1))


class LenTruth:
    def __init__(self, n): self.n = n
    def __len__(self):
        if self.n == 0: return 1
        return 1 if LenTruth(self.n - 1) else 0


assert Bool(DEPTH) and bool(LenTruth(DEPTH))
print(len(Len(DEPTH)))
