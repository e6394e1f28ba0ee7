# __exit__ with and without an exception, methods that are no plain functions, nested contexts.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Exit:
    def __init__(self, n): self.n = n
    def __enter__(self): return self
    def __exit__(self, kind, *rest):
        if self.n:
            with Exit(self.n - 1):
                if kind: raise kind
        return True


class Made:
    def __get__(self, obj, cls): return lambda *args: go(obj.n)


class Bound:
    __enter__ = Made()
    def __init__(self, n): self.n = n
    def __exit__(self, *args): pass


def go(n):
    if n:
        with Bound(n - 1): return n
    return n


with Exit(DEPTH): pass
with Exit(DEPTH): raise ValueError
print(go(DEPTH))
