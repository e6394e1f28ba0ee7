"""Real programs whose loops are about ints and floats: no number is boxed in a loop's body unless it goes where objects go."""
# Options: -X trace-threshold=200
import io
import os
import re
import runpy
import sys

import hotpy.trace

BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench")
# Programs, their sizes, and functions in whose loops not one box remains, of whatever kind.
PROGRAMS = {
    "mandelbrot": ("40", ["mandelbrot"]),
    "fact": ("300", []),
    "mul": ("300", []),
    "loop_floats": ("3000", None),
    "loop_nested": ("60", ["main"]),
    "spectral_norm": ("40", []),
    "fannkuch": ("7", []),
    "nbody": ("500", []),
    "queens": ("6", []),
    "loop_lists": ("2000", []),
    "lz": ("2000", []),
    "pidigits": ("60", []),
}
# Who takes objects: stores into the heap, calls, containers.
TAKERS = ("attr.store", "attr.put", "slot.store", "list.store", "list.push", "cell.store", "global.store", "gen.put", "call", "tuple.new", "slice.new", "slice.set", "phi.obj", "dict.item", "dict.get", "dict.has", "set.has", "set.put")


def boxes(trace):
    """Boxes of the body, with the operations that use each."""
    found = []
    for _, text in trace.body:
        match = re.match(r"(v\d+):obj = (int|float)\.box ", text)
        if match:
            users = [t.split(" = ")[-1].split()[0] for _, t in trace.body if re.search(rf"[ ,]{match[1]}\b", t.split(" = ", 1)[-1])]
            found.append((text, [u for u in users if u not in ("incref", "decref.plain", "guard.shared")]))
    return found


wrong = loops = 0
for name, (size, clean) in PROGRAMS.items():
    hotpy.trace.clear()
    path = os.path.join(BENCH, name + ".py")
    with open(path) as f: source = f.read()
    keep, sys.argv, sys.stdout = (sys.argv, sys.stdout), [path, size], io.StringIO()
    try: runpy.run_path(path, run_name="__main__")
    finally: sys.argv, sys.stdout = keep
    for tree in hotpy.trace.traces():
        if os.path.basename(tree.file) != name + ".py": continue
        for trace in tree.traces:
            if not trace.has_loop: continue
            loops += 1
            for text, users in boxes(trace):
                if "--show" in sys.argv: print(name, tree, text, users)
                # What only phis have is a number that is boxed again in every round.
                idle = not users or set(users) == {"phi.obj"}
                if idle or not set(users) <= set(TAKERS) or clean is None or tree.name in clean:
                    wrong += 1
                    print(f"{name}: {tree}: {text} is used by {users}")
assert loops >= 20, loops
sys.exit(wrong != 0)
