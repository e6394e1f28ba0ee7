# __getattr__, __getattribute__ and __setattr__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Missing:
    def __init__(self, n): self.n = n
    def __getattr__(self, name): return 0 if self.n == 0 else 1 + Missing(self.n - 1).deep


class Every:
    def __init__(self, n): object.__setattr__(self, "n", n)
    def __getattribute__(self, name):
        n = object.__getattribute__(self, "n")
        return 0 if n == 0 else 1 + Every(n - 1).deep
    def __setattr__(self, name, value):
        n = object.__getattribute__(self, "n")
        if n == 0: value.append("end")
        else: Every(n - 1).deep = value


out = []
Every(DEPTH).deep = out
assert out == ["end"] and Every(DEPTH).deep == DEPTH and getattr(Missing(DEPTH), "deep") == DEPTH
print(Missing(DEPTH).deep)
