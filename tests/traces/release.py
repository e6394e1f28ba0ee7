"""What traces hold goes with them: functions, classes, globals, constants; when a trace has gone cold, when it is invalidated, when all are cleared."""
# Options: -X trace-decay=2
import gc
import sys
import time
import weakref

import hotpy.trace


def busy(milliseconds):
    """Time of the process, in hot code of its own that is left now and then."""
    end = time.process_time() + milliseconds / 1000
    while time.process_time() < end: junk = [[] for i in range(2000)]


def world():
    """A module's worth of functions and classes, and a hot loop over them."""
    space = {"__name__": "world", "items": None}
    exec(compile("""
class Point:
    def __init__(self, x): self.x = x
    def add(self, k): return self.x + k
def helper(p, i): return p.add(i)
def generate(n):
    for i in range(n): yield i
LIMIT = 7
class Item: pass
item = Item()
def loop(n):
    p, total = Point(1), 0
    for i in generate(n):
        total += helper(p, i) + LIMIT
        total += p.x if item is not None else 0
        q = Point(i)
    return total
""", "<world>", "exec"), space)
    expected = sum(1 + i + 7 + 1 for i in range(3000))
    assert space["loop"](3000) == expected
    names = "Point", "helper", "generate", "Item", "item", "loop"
    return space, {name: weakref.ref(space[name]) for name in names}


def alive(refs):
    gc.collect()
    return sorted(name for name, ref in refs.items() if ref() is not None)


def in_cache(name):
    return [t for t in hotpy.trace.traces() if t.name == name]


# Cleared.
space, refs = world()
assert in_cache("loop")
space = None
assert "loop" not in alive(refs) or in_cache("loop")
hotpy.trace.clear()
assert not in_cache("loop") and alive(refs) == [], alive(refs)
assert hotpy.trace.stats()["trees in the cache"] == 0 and hotpy.trace.stats()["bytes in the cache"] == 0

# Gone cold.
space, refs = world()
assert in_cache("loop")
space = None
before = hotpy.trace.stats()["trees gone cold"]
for _ in range(400):
    busy(5)
    if not alive(refs): break
assert alive(refs) == [], alive(refs)
assert hotpy.trace.stats()["trees gone cold"] > before

# One that is used stays.
space, refs = world()
for _ in range(40):
    busy(3)
    space["loop"](3000)
assert in_cache("loop")

# Invalidated by a change, while it runs and while it does not.
count = sys.getrefcount(space["Point"])
space["Point"].add = lambda self, k: 0
assert space["loop"](10) == sum(0 + 7 + 1 for i in range(10))
space["LIMIT"] = 8
hotpy.trace.clear()
space["loop"](3000)
hotpy.trace.clear()
assert sys.getrefcount(space["Point"]) <= count
space = None
assert alive(refs) == [], alive(refs)

# Functions and classes that die in a collection take nobody's traces along.
def cycle():
    def f(): return f
    class C:
        def m(self): return C


def sums(n):
    total = 0
    for i in range(n): total += i
    return total


sums(3000)
for _ in range(60):
    cycle()
    gc.collect()
sums(10)
assert in_cache("sums") and in_cache("sums")[0].traces[0].entries >= 1, hotpy.trace.traces()

# Assignments to functions, and to objects' classes, concern those traces that rely on them, be they ever so many.
class A: pass
class B: pass


def helper(x): return x


def relies(n): return sum([helper(i) for i in range(n)])


relies(3000)
for i in range(100):
    A().__class__ = B
    cycle.__defaults__ = None
assert in_cache("sums")
helper.__code__ = (lambda x: -x).__code__
assert relies(100) == -4950 and in_cache("sums")

# What was learnt of code that is gone does not concern what lies there later.
BAD, GOOD = "class X: pass", "z = i + 1"
for k in range(30):
    for body in BAD, GOOD:
        space = {}
        exec(f"def made(n):\n    for i in range(n):\n        {body}\n", space)
        space["made"](6000 if body is BAD else 2000)
        if body is GOOD: assert in_cache("made"), k
        space = None
        hotpy.trace.clear()

# Counts are what they were.
sentinel = object()


def use(n):
    out = []
    for i in range(n):
        out.append(sentinel)
        if out[-1] is not sentinel: return None
    return len(out)


before = sys.getrefcount(sentinel), sys.getrefcount(use), sys.getrefcount(None)
for _ in range(5): assert use(2000) == 2000
hotpy.trace.clear()
after = sys.getrefcount(sentinel), sys.getrefcount(use), sys.getrefcount(None)
assert before[:2] == after[:2], (before, after)
