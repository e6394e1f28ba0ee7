# __getitem__, __setitem__, __delitem__, __contains__ and __missing__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Item:
    def __init__(self, n): self.n = n
    def __getitem__(self, k): return 0 if self.n == 0 else 1 + Item(self.n - 1)[k]
    def __setitem__(self, k, v):
        if self.n == 0: v.append("set")
        else: Item(self.n - 1)[k] = v
    def __delitem__(self, out):
        if self.n == 0: out.append("deleted")
        else: del Item(self.n - 1)[out]
    def __contains__(self, x): return True if self.n == 0 else x in Item(self.n - 1)


class Missing(dict):
    def __missing__(self, n): return 0 if n == 0 else 1 + self[n - 1]


out = []
Item(DEPTH)["k"] = out
del Item(DEPTH)[out]
assert out == ["set", "deleted"] and 1 in Item(DEPTH) and Missing()[DEPTH] == DEPTH
print(Item(DEPTH)["k"])
