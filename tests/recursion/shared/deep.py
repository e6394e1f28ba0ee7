# What programs of this folder have in common: recursion through `use(f)`, which has `f` called back in its own way.
import gc, sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
gc.set_threshold(50000)  # a collection goes through all that is under way
sys.setrecursionlimit(DEPTH * 20 + 1000)

# What has come to its end; the functions that wait to be called.
reached, current = [], []


def deep(use, part=1):
    """Recurses to DEPTH // part."""
    def down(n):
        if not n: return reached.append(n)
        called = []
        def f(*args):
            if not called:
                called.append(n)
                down(n - 1)
        current.append(f)
        use(f)
        current.pop()
    before = len(reached)
    down(DEPTH // part)
    if len(reached) != before + 1: print("never called back:", use, len(reached))


def it(f, item=1):
    f()
    yield item
