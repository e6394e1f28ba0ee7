"""Traces do not multiply: for each benchmark, small, the number of recordings, traces, aborts and bytes is bounded, and traces that were made are entered."""
import io
import os
import runpy
import sys

import hotpy.trace

BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench")
wrong = 0
for file in sorted(os.listdir(BENCH)):
    if not file.endswith(".py"): continue
    hotpy.trace.clear()
    before = hotpy.trace.stats()
    path = os.path.join(BENCH, file)
    with open(path[:-3] + ".args") as f: args = f.read().split()
    keep, sys.argv, sys.stdout = (sys.argv, sys.stdout), [path, *args], io.StringIO()
    try: runpy.run_path(path, run_name="__main__")
    finally: sys.argv, sys.stdout = keep
    after = hotpy.trace.stats()
    grew = {k: v - before.get(k, 0) for k, v in after.items()}
    roots, sides = grew["root traces made"], grew["side traces made"]
    aborts = sum(v for k, v in grew.items() if k.startswith("aborted"))
    trees = hotpy.trace.traces()
    idle = [t for t in trees if t.traces[0].entries == 0]
    never = sum(1 for t in trees for s in t.traces[1:] if s.entries == 0)
    size = after["bytes in the cache"]
    if "--show" in sys.argv: print(f"{file:22} roots {roots:3} sides {sides:3} aborts {aborts:3} bytes {size:7} idle {len(idle)} never {never}")
    for what, value, most in (("roots", roots, 60), ("side traces", sides, 120), ("aborts", aborts, 250), ("bytes", size, 900_000), ("side traces that were never entered", never, 12), ("most side traces of a tree", max([len(t.traces) for t in trees], default=0), 101)):
        if value > most:
            wrong += 1
            print(f"{file}: {what}: {value}, more than {most}")
sys.exit(wrong != 0)
