# __eq__, __ne__ and __lt__ reached from operators.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Eq:
    def __init__(self, n): self.n = n
    def __eq__(self, out):
        if self.n == 0: out.append("end")
        else: Eq(self.n - 1) == out
        return True


class Ne:
    def __init__(self, n): self.n = n
    def __ne__(self, o): return 0 if self.n == 0 else 1 + (Ne(self.n - 1) != o)


class Lt:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return 0 if self.n == 0 else 1 + (Lt(self.n - 1) < o)
    def __ge__(self, o): return 0 if self.n == 0 else 1 + (o <= Lt(self.n - 1))


out = []
assert Eq(DEPTH) == out and out == ["end"] and (Ne(DEPTH) != 1) == DEPTH and (Lt(DEPTH) >= 5) == DEPTH
print(Lt(DEPTH) < 5)
