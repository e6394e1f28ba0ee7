# __str__, __repr__ and __format__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Text:
    def __init__(self, n): self.n = n
    def __str__(self): return "end" if self.n == 0 else str(Text(self.n - 1))
    def __repr__(self): return "end" if self.n == 0 else repr(Text(self.n - 1))
    def __format__(self, spec): return "end" if self.n == 0 else f"{Text(self.n - 1):x}"


assert str(Text(DEPTH)) == "end" and repr(Text(DEPTH)) == "end" and f"{Text(DEPTH)}" == "end"
print(DEPTH)
