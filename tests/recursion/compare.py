# __eq__ and __lt__ reached from operators, from a list comparison, `in`, sort and dict look-up.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Eq:
    def __init__(self, n): self.n = n
    def __eq__(self, out):
        if self.n == 0: out.append("end")
        else: Eq(self.n - 1) == out
        return True
    def __hash__(self): return 0 if self.n == 0 else hash(Eq(self.n - 1))


class InList:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return True if self.n == 0 else InList(self.n - 1) in [5]


class Lt:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return False if self.n == 0 else sorted([Lt(self.n - 1), Lt(self.n - 1)])[0].n < -5


out = []
assert Eq(DEPTH) == out and out == ["end"] and hash(Eq(DEPTH)) == 0
assert (Lt(DEPTH) < Lt(DEPTH)) is False
assert InList(DEPTH) == 5
print(DEPTH)
