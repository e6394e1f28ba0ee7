# `__del__`, callbacks of weak references, finalisers of generators: called natively, but not nested deeper than deallocation is, which puts off what
# is more than some levels deep. Trace functions and collections do not nest at all. Whatever becomes of them, nothing crashes.
import gc, sys, weakref
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)
sys.unraisablehook = lambda unraisable: None


class Chain:
    def __init__(self, n): self.n = n
    def __del__(self):
        reached.add(self.n)
        if self.n: Chain(self.n - 1)


class Plain: pass


def callback(n):
    reached.add(n)
    if n:
        plain = Plain()
        reference = weakref.ref(plain, lambda r: callback(n - 1))
        del plain


def waits(n):
    reached.add(n)
    try: yield
    finally:
        if n:
            g = waits(n - 1)
            next(g)
            del g


def traced(n):
    def trace(frame, event, arg):
        sys.settrace(None)
        reached.add(n)
        if n: traced(n - 1)
    sys.settrace(trace)
    (lambda: 0)()
    sys.settrace(None)


def collected(n):
    def during(phase, info):
        gc.callbacks.remove(during)
        reached.add(n)
        if n: collected(n - 1)
    gc.callbacks.append(during)
    gc.collect()


for nested in Chain, callback, waits, traced, collected:
    reached = set()
    made = nested(DEPTH)
    if nested is waits: next(made)
    del made
    print(nested.__name__, DEPTH in reached)
