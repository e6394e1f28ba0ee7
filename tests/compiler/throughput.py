#!/usr/bin/env python3.11
"""How fast both interpreters compile the library, each in one process, and how much memory that takes.

    throughput.py --hotpy PATH [--rounds N] [FOLDER]...

Prints, for each: megabytes of source a second of processor time (the best of N rounds over all files), and the peak of resident memory.
"""

import argparse
import os
import subprocess
import sys
import sysconfig

CHILD = """
import sys, time
sources = []
for path in sys.stdin.buffer:
    path = path.rstrip(b"\\n").decode("utf-8", "surrogateescape")
    with open(path, "rb") as file:
        sources.append((file.read(), path))
best = None
for _ in range(int(sys.argv[1])):
    start = time.process_time()
    for source, path in sources:
        try:
            compile(source, path, "exec", dont_inherit=True)
        except SyntaxError:
            pass
    took = time.process_time() - start
    best = took if best is None else min(best, took)
with open("/proc/self/status") as status:
    peak = [line.split()[1] for line in status if line.startswith("VmHWM")][0]
print(len(sources), sum(len(s) for s, _ in sources), best, peak)
"""


def measure(interpreter, files, rounds):
    child = subprocess.run([interpreter, "-S", "-Wignore", "-c", CHILD, str(rounds)], input="\n".join(files).encode("utf-8", "surrogateescape"),
                           stdout=subprocess.PIPE, check=True)
    count, size, best, peak = child.stdout.split()
    return int(count), int(size), float(best), int(peak)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hotpy", default=os.environ.get("HOTPY", "hotpy"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    stdlib = sysconfig.get_path("stdlib")
    files = []
    for top in options.folders or [stdlib]:
        for folder, folders, names in os.walk(top):
            folders.sort()
            if not options.folders and folder == stdlib:
                folders[:] = [f for f in folders if f not in ("site-packages", "test", "__pycache__")]
            files += [os.path.join(folder, n) for n in sorted(names) if n.endswith(".py")]
    rows = [(name, *measure(path, files, options.rounds)) for name, path in (("python3.11", sys.executable), ("hotpy", options.hotpy))]
    print(f"{rows[0][1]} files, {rows[0][2] / 1e6:.1f} MB")
    print(f"{'':12}{'seconds':>10}{'MB/s':>10}{'peak MiB':>10}")
    for name, _, size, best, peak in rows:
        print(f"{name:12}{best:10.3f}{size / best / 1e6:10.1f}{peak / 1024:10.1f}")
    print(f"hotpy is {rows[0][3] / rows[1][3]:.2f} times as fast, with {rows[1][4] / rows[0][4]:.2f} times the memory")


if __name__ == "__main__":
    main()
