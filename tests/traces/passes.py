"""What pystone executes goes down with each pass, and with all of them is at most 0.8 of the untraced bytecodes (`hotpy-bench --passes` prints the table)."""
import os
import subprocess
import sys

PYSTONE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "stdlib-patches", "test", "pystone.py")
PASSES = ["specialise", "tailcall", "defer", "register", "coalesce"]


def stats(*options):
    command = [sys.executable, "-E", "-S", "-B", *[w for o in ("trace-stats", *options) for w in ("-X", o)], PYSTONE, "3000"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {}
    for line in done.stderr.splitlines():
        name, _, number = line.rpartition(" ")
        found[name.strip()] = int(number)
    return found


untraced = stats("notrace")["bytecodes interpreted"]
rows = [stats(*["no-" + p for p in PASSES[on:]]) for on in (0, 2, 3, 4, 5)]
executed = [r["register instructions"] + r["bytecodes interpreted"] for r in rows]
if "--show" in sys.argv: print(untraced, executed, [round(n / untraced, 3) for n in executed])
assert all(b < a for a, b in zip(executed, executed[1:])), executed
assert executed[-1] <= 0.8 * untraced, (executed, untraced)
last = rows[-1]
# The kinds add up; what the passes are about is there without them.
assert sum(n for k, n in last.items() if k.startswith("executed: ")) == last["register instructions"]
assert rows[0]["executed: copy.obj"] > 0 if "executed: copy.obj" in rows[0] else rows[0]["executed: move"] > 2 * last["executed: move"]
assert rows[1]["executed: int.box"] > 1.5 * last["executed: int.box"], (rows[1], last)
assert [last["pass " + p] for p in PASSES] == [1] * 5 and [rows[0]["pass " + p] for p in PASSES] == [0] * 5
# Each switch names a pass; the last one given counts.
assert stats("no-defer", "defer")["pass defer"] == 1 and stats("defer", "no-defer")["pass defer"] == 0
