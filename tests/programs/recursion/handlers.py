# Behaviour around the limit: handlers and finally blocks that run there, generators, recursion inside except, counts that unwind.
import sys


def count(n=0):
    try: return count(n + 1)
    except RecursionError: return n


base = count()


def in_finally(log, n=0):
    try: in_finally(log, n + 1)
    finally: log.append(n)


log = []
try: in_finally(log)
except RecursionError: print(log == sorted(log, reverse=True), log[-1], len(log) > 900)
print(count() == base)


def retry(n=0, tries=[0]):
    """Recurses again from the handler: exponential, were the limit not counted properly."""
    if tries[0] > 2000: return
    try: retry(n + 1)
    except RecursionError:
        tries[0] += 1
        if n > base - 20: retry(n + 1)


try: retry()
except RecursionError as e: print("gave up", e)
print(count() == base)


def gen(n):
    yield n
    yield from gen(n + 1)


seen = 0
try:
    for x in gen(0): seen = x
except RecursionError: print("generator depth", 900 < seen < 1010)
print(count() == base)


class CM:
    def __init__(self, n): self.n = n
    def __enter__(self): return self.n
    def __exit__(self, t, *a): exits.append((self.n, t is RecursionError)); return self.n == 5


exits = []


def nested(n=0):
    with CM(n): nested(n + 1)
    return "swallowed at 5"


print(nested(), exits[-1], len(exits) > 100, all(e for _, e in exits[:-5]), exits[-5:])
print(count() == base)


class Prop:
    depth = 0
    @property
    def p(self):
        Prop.depth += 1
        return self.p
    @property
    def swallowed(self):
        try: return self.swallowed
        except RecursionError: return "default"


print(Prop().swallowed, getattr(Prop(), "p2", "no attribute"))
try: hasattr(Prop(), "p")
except RecursionError: print("hasattr does not hide it", Prop.depth > 400)
print(count() == base)


def mutual_a(n): return mutual_b(n + 1)
def mutual_b(n): return mutual_a(n + 1)


try: mutual_a(0)
except RecursionError as e:
    tb, frames = e.__traceback__, 0
    while tb: frames += 1; tb = tb.tb_next
    print(frames > 900, e.args[0][:32])
e = None


def catches_all(n=0):
    try: return catches_all(n + 1)
    except Exception as e: return type(e).__name__


print(catches_all(), issubclass(RecursionError, RuntimeError))


def limited(k):
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(k)
    try: return count()
    finally: sys.setrecursionlimit(old)


a, b = limited(150), limited(250)
print(b - a, sys.getrecursionlimit())


def lower_inside(n):
    if n == 0:
        try: sys.setrecursionlimit(50)
        except RecursionError as e: return str(e).split(":")[0]
    return lower_inside(n - 1)


print(lower_inside(200), count() == base)
fib = lambda n: n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(15))


def deep_but_fine(n): return 0 if n == 0 else 1 + deep_but_fine(n - 1)
print(deep_but_fine(base - 30), sum(deep_but_fine(i) for i in range(0, base - 50, 100)))


def raising_at(n, where):
    if n == where: raise ValueError(n)
    try: return raising_at(n + 1, where)
    except ValueError as e:
        if n == 0: return str(e)
        raise


print(raising_at(0, 500))
def many_args(a, b=1, *c, d, **e): return many_args(a, b, *c, d=d, **e)
try: many_args(1, 2, 3, d=4, f=5)
except RecursionError: print("many args")
def closure(n):
    x = n
    def inner(): return closure(x + 1)
    return inner()
try: closure(0)
except RecursionError: print("closure")
print(count() == base)
