# __eq__, __hash__ and __lt__ reached from `in` on a list, from hash() and from a sort without a key.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class InList:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return True if self.n == 0 else InList(self.n - 1) in [5]
    def __hash__(self): return 0 if self.n == 0 else hash(InList(self.n - 1))


class Lt:
    def __init__(self, n): self.n = n
    def __lt__(self, o):
        if self.n: sorted([Lt(self.n - 1), Lt(self.n - 1)])
        else: reached.append(self.n)
        return False


reached = []
assert InList(DEPTH) == 5 and hash(InList(DEPTH)) == 0
assert (Lt(DEPTH) < Lt(DEPTH)) is False and reached == [0]
print(DEPTH)
