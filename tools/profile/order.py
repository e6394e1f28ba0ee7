#!/usr/bin/env python3.11
"""Writes tools/hotpy/order.ld: the functions that a start and the benchmark's programs run, for the linker to lay side by side.

Usage: python3.11 tools/profile/order.py target/release/hotpy > order.ld; tools/profile/renew does it

The system maps the pages of an executable 16 at a time. Functions lie in the order of the crates otherwise, so that nearly every such window
held something that a start runs, and all of the code counted as used memory. valgrind (which must be installed) tells which functions are run, the
executable's symbol table what they are called. Names are written without the compiler's hashes: a list that has become old is less good and
does no harm. Renew it when much has changed, or when `hotpy-bench --micro` shows more memory at start-up.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

STARTS = [["-c", "pass"], ["-S", "-E", "-c", "pass"], ["-c", "import asyncio"], ["-m", "json.tool", "--help"]]
BENCH = pathlib.Path(__file__).parents[2] / "tests/bench"


def programs():
    """Each program of the benchmark, at the size that the tests run it: enough for its loops to be traced."""
    for program in sorted(BENCH.glob("*.py")):
        yield [str(program), *program.with_suffix(".args").read_text().split()]


def symbols(executable):
    """The names of the functions that the executable itself holds."""
    listing = subprocess.run(["nm", "--defined-only", executable], check=True, capture_output=True, text=True).stdout
    return {name for _, kind, name in map(str.split, listing.splitlines()) if kind in "tTwW"}


def executed(executable, arguments):
    """The names of the functions that a run enters."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind")
        command = ["valgrind", "--tool=callgrind", "--demangle=no", "--compress-strings=no", f"--callgrind-out-file={out}"]
        subprocess.run([*command, executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out) as lines:
            return {line[3:].strip().split("'")[0] for line in lines if line.startswith("fn=")}


def pattern(name):
    """`name` with what differs from one build to the next left open: hashes of items and crates, numbers of units of code."""
    if name.startswith("_ZN"):
        return re.sub(r"17h[0-9a-f]{16}E.*$", "17h*", name)
    name = re.sub(r"\.llvm\.\d+$", "*", name)
    return re.sub(r"Cs[0-9A-Za-z]{8,12}_", "Cs*_", name) if name.startswith("_R") else name


def main():
    [executable] = sys.argv[1:]
    own = symbols(executable)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        first, then = (
            {pattern(name) for names in pool.map(lambda arguments: executed(executable, arguments), runs) for name in names & own}
            for runs in (STARTS, programs())
        )
    print("/* Written by tools/profile/order.py: what a start runs, and behind it what the programs of the benchmark run. */")
    print("SECTIONS { .text.order : {")
    for names in first, then - first:
        for name in sorted(names):
            print(f"  *(.text.{name} .text.hot.{name} .text.unlikely.{name})")
    print("} } INSERT BEFORE .text;")


main()
