"""A trace that is left at once does not keep the program from going on, nor is it entered for ever: work per entry is bounded from below."""
# Options: -X trace-threshold=1 -X trace-exit=1
import sys

import hotpy.trace


class A:
    def f(self): return 1
class B:
    def f(self): return 2.5


def alternating(n):
    """Another class, and another type, each time."""
    objects, total = [A(), B()], 0
    for i in range(n):
        total += objects[i % 2].f()
    return total


def random_walk(n):
    """Branches without a pattern."""
    x, total = 1, 0
    for i in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        if x & 64: total += 1
        elif x & 128: total -= 1
        if x & 256: total ^= x & 7
        if x & 512: total += 2 if x & 1024 else 3
    return total


def many_classes(n):
    kinds = [type(f"K{k}", (), {"f": lambda self, k=k: k}) for k in range(40)]
    objects, total = [k() for k in kinds], 0
    for i in range(n): total += objects[i * 7 % 40].f()
    return total


def many_values(n):
    """A value that a guard holds on to changes with each round."""
    functions, total = [eval(f"lambda: {k}") for k in range(60)], 0
    for i in range(n): total += functions[i % 60]()
    return total


def growing(n):
    """Ints that do not fit, from some round on."""
    x = 1
    for i in range(n): x = x * 3 + 1 if x < 1 << 200 else 1
    return x


def short(n):
    total = 0
    for i in range(n):
        for j in (): total += 1
        for j in (1,): total += j
        while total % 3 == 2: total += 1
    return total


for f, expected in ((alternating, 17500.0), (random_walk, None), (many_classes, 195000), (many_values, None), (growing, None), (short, None)):
    hotpy.trace.clear()
    before = hotpy.trace.stats()
    result = f(10000)
    assert expected is None or result == expected, (f, result)
    after = hotpy.trace.stats()
    grew = {k: v - before.get(k, 0) for k, v in after.items()}
    traces, recordings = grew["root traces made"] + grew["side traces made"], grew["recordings"]
    if "--show" in sys.argv: print(f.__name__, traces, recordings, grew["traces entered"], grew["exits to the interpreter"])
    # Each round enters and leaves once or twice at most; recordings end.
    assert grew["traces entered"] <= 10000 * 4, (f.__name__, grew)
    assert recordings < 700 and traces < 300, (f.__name__, grew)
