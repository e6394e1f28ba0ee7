# A property, its setter, and a descriptor.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class P:
    def __init__(self, n): self.n = n
    @property
    def deep(self): return 0 if self.n == 0 else 1 + P(self.n - 1).deep
    @deep.setter
    def deep(self, out):
        if self.n == 0: out.append("end")
        else: P(self.n - 1).deep = out


class Descriptor:
    def __get__(self, obj, cls): return 0 if obj.n == 0 else 1 + D(obj.n - 1).deep


class D:
    deep = Descriptor()
    def __init__(self, n): self.n = n


out = []
P(DEPTH).deep = out
assert out == ["end"] and D(DEPTH).deep == DEPTH
print(P(DEPTH).deep)
