"""New code, hot loops, changes without end: memory and the cache stay bounded. `HOTPY_SOAK=SECONDS` makes it longer than CI has time for."""
# Options: -X trace-decay=20 -X trace-cache=150K
import gc
import os
import sys
import time

import hotpy.trace

SECONDS = float(os.environ.get("HOTPY_SOAK") or (sys.argv[1] if len(sys.argv) > 1 else 3))
LIMIT = 150 << 10


def resident():
    with open("/proc/self/statm") as f: return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


SOURCE = """
class C{n}:
    k = {n}
    def __init__(self, x): self.x = x
    def step(self, y): return self.x + y + self.k % 7
    def __add__(self, o): return C{n}(self.x + o)
def inner{n}(a, b=1):
    return a - b if a > b else b
def source{n}(m):
    for i in range(m): yield i, str(i)
def run{n}(m):
    c, total, text, table = C{n}(1), 0.5, "", dict()
    for i, s in source{n}(m):
        total += c.step(inner{n}(i)) * 0.5
        c = c + 1
        table[i % 5] = table.get(i % 5, 0) + len(s)
        if i % 37 == 0: text = text[-20:] + s
        try:
            if i % 91 == 90: raise KeyError(i)
        except KeyError as e: total += len(e.args)
        for j in range(3): total += j
    return total, text, sorted(table.items())
"""


def round_of(n, m):
    space = {}
    exec(compile(SOURCE.format(n=n), f"<soak {n}>", "exec"), space)
    run, cls = space[f"run{n}"], space[f"C{n}"]
    first = run(m)
    if n % 3 == 0: cls.k += 7
    if n % 5 == 0: cls.new = n
    if n % 7 == 0: space[f"inner{n}"] = lambda a, b=1: a - b if a > b else b
    again = run(m)
    assert first == again, (first, again)
    return space if n % 4 == 0 else None


start = time.monotonic()
n, kept, marks, biggest = 0, [], [], 0
while time.monotonic() - start < SECONDS or len(marks) < 12:
    for _ in range(15):
        n += 1
        kept.append(round_of(n, 300))
        del kept[:-8]
    gc.collect()
    marks.append(resident())
    biggest = max(biggest, hotpy.trace.stats()["bytes in the cache"])
stats = hotpy.trace.stats()
half = marks[len(marks) // 3:]
growth = max(half) - half[0]
if "--show" in sys.argv or os.environ.get("HOTPY_SOAK"):
    print(n, "rounds;", "resident from", marks[0] >> 10, "to", marks[-1] >> 10, "KiB; growth", growth >> 10, "KiB; cache at most", biggest, "bytes;", stats)
assert stats["root traces made"] > n / 2, stats
assert biggest <= LIMIT * 1.1, biggest
assert stats["trees in the cache"] < stats["root traces made"] / 3, stats
assert growth < 8 << 20, (growth, marks)
hotpy.trace.clear()
assert hotpy.trace.stats()["bytes in the cache"] == 0
