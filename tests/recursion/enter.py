# __enter__ and __exit__.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Enter:
    def __init__(self, n): self.n = n
    def __enter__(self):
        if self.n == 0: return 0
        with Enter(self.n - 1) as inner: return 1 + inner
    def __exit__(self, *exc): return None


class Exit:
    def __init__(self, n, out): self.n, self.out = n, out
    def __enter__(self): return self
    def __exit__(self, *exc):
        if self.n == 0: self.out.append("end")
        else:
            with Exit(self.n - 1, self.out): pass


out = []
with Exit(DEPTH, out): pass
assert out == ["end"]
with Enter(DEPTH) as value: print(value)
