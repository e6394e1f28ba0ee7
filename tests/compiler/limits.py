#!/usr/bin/env python3.11
"""How deep and how large programs may be: the same answer as CPython's, or at least one of its kind, and never a crash.

    limits.py [-v] [--quick] [--binary PATH]

Each shape is tried at many sizes. Where CPython runs out of its own stack allowance it is enough that both refuse, one with a
RecursionError, the other with a MemoryError perhaps.
"""

import argparse
import os
import pickle
import signal
import subprocess
import sys
import time

import both

SHAPES = {
    "parentheses": lambda n: "(" * n + "x" + ")" * n,
    "open parentheses": lambda n: "(" * n,
    "brackets": lambda n: "[" * n + "]" * n,
    "braces": lambda n: "{" * n + "}" * n,
    "tuples": lambda n: "(" * n + "x" + ",)" * n,
    "calls in calls": lambda n: "f(" * n + ")" * n,
    "subscripts in subscripts": lambda n: "x[" * n + "0" + "]" * n,
    "minus": lambda n: "-" * n + "x",
    "minus a number": lambda n: "-" * n + "1",
    "not": lambda n: "not " * n + "x",
    "await": lambda n: "async def f(): " + "await " * n + "x",
    "power": lambda n: "x**" * n + "x",
    "sum": lambda n: "x+" * n + "x",
    "sum of numbers": lambda n: "1+" * n + "1",
    "mixed operators": lambda n: "x*y+" * n + "x",
    "and": lambda n: "x and " * n + "x",
    "and or": lambda n: "x and y or " * n + "x",
    "comparisons": lambda n: "x<" * n + "x",
    "attributes": lambda n: "x" + ".a" * n,
    "calls": lambda n: "x" + "()" * n,
    "subscripts": lambda n: "x" + "[0]" * n,
    "conditions": lambda n: "x if y else " * n + "z",
    "lambdas": lambda n: "lambda:" * n + "x",
    "lambda defaults": lambda n: "lambda x=" * n + "1" + ":0" * n,
    "assignments": lambda n: "x=" * n + "1",
    "walrus": lambda n: "(x:=" * n + "1" + ")" * n,
    "comprehensions": lambda n: "[" * n + "x" + " for x in y]" * n,
    "clauses": lambda n: "[x " + "for x in y " * n + "]",
    "clause conditions": lambda n: "[x for x in y " + "if x " * n + "]",
    "strings": lambda n: "'a' " * n,
    "string sum": lambda n: "+".join(["'a'"] * (n + 1)),
    "f-strings": lambda n: "f'{x}' " * n,
    "fields": lambda n: "f'" + "{x}" * n + "'",
    "if": lambda n: "".join(" " * i + "if x:\n" for i in range(n)) + " " * n + "pass",
    "while": lambda n: "".join(" " * i + "while x:\n" for i in range(n)) + " " * n + "pass",
    "for": lambda n: "".join(" " * i + "for x in y:\n" for i in range(n)) + " " * n + "pass",
    "with": lambda n: "".join(" " * i + "with x:\n" for i in range(n)) + " " * n + "pass",
    "try": lambda n: "".join(" " * i + "try:\n" for i in range(n)) + " " * n + "pass\n" + "".join(" " * i + "finally: pass\n" for i in reversed(range(n))),
    "functions": lambda n: "".join(" " * i + "def f():\n" for i in range(n)) + " " * n + "pass",
    "classes": lambda n: "".join(" " * i + "class A:\n" for i in range(n)) + " " * n + "pass",
    "with items": lambda n: "with " + ", ".join(["x"] * n) + ": pass",
    "elif": lambda n: "if x: pass\n" + "elif x: pass\n" * n,
    "else if": lambda n: "if x: pass\n" + "else:\n if y: pass\n" * n,
    "except": lambda n: "try: pass\n" + "except x: pass\n" * n,
    "decorators": lambda n: "@x\n" * n + "def f(): pass",
    "parameters": lambda n: "def f(" + ", ".join(f"a{i}" for i in range(n)) + "): pass",
    "arguments": lambda n: "f(" + ", ".join(["x"] * n) + ")",
    "keywords": lambda n: "f(" + ", ".join(f"a{i}=x" for i in range(n)) + ")",
    "targets": lambda n: "x, " * n + "= y",
    "starred target": lambda n: "x, " * n + "*z, = y",
    "list": lambda n: "[" + "x, " * n + "]",
    "constants": lambda n: "[" + "1, " * n + "]",
    "set": lambda n: "{" + "x, " * n + "}",
    "dict": lambda n: "{" + "x: y, " * n + "}",
    "constant dict": lambda n: "{" + ", ".join(f"{i}: {i}" for i in range(n)) + "}",
    "patterns": lambda n: "match x:\n case " + "[" * n + "]" * n + ": pass",
    "or patterns": lambda n: "match x:\n case " + "|".join(["1"] * (n + 1)) + ": pass",
    "cases": lambda n: "match x:\n" + " case 1: pass\n" * n,
    "statements": lambda n: "x = 1\n" * n,
    "semicolons": lambda n: "x;" * n,
    "globals": lambda n: "global " + ", ".join(f"a{i}" for i in range(n + 1)),
    "imports": lambda n: "import " + ", ".join(["a"] * (n + 1)),
    "dotted name": lambda n: "import a" + ".b" * n,
    "dots": lambda n: "from " + "." * n + "a import b",
    "digits": lambda n: "x = " + "1" * (n + 1),
    "hexadecimal digits": lambda n: "x = 0x" + "f" * (n + 1),
    "long line": lambda n: "x = '" + "a" * (n * 10) + "'",
    "long name": lambda n: "x" * (n + 1),
    "line continuations": lambda n: "x = " + "\\\n" * n + "1",
    "loop of a long body": lambda n: "while x:\n" + " y = x\n" * n + " continue\n",
    "jump over a long body": lambda n: "if x:\n" + " y = x + 1\n" * n + "else: z\n",
    "names": lambda n: "".join(f"a{i} = {i}\n" for i in range(n)),
    "unary in parentheses": lambda n: "(-" * n + "x" + ")" * n,
    "missing else": lambda n: "(x if " * n + "y" + ")" * n,
    "errors in brackets": lambda n: "[" * n + "x y" + "]" * n,
    "errors in calls": lambda n: "f(" * n + "x y" + ")" * n,
    "errors in braces": lambda n: "{" * n + "x y" + "}" * n,
    "dicts in dicts": lambda n: "{1:" * n + "2" + "}" * n,
    "wrong dicts in dicts": lambda n: "{1:" * n + "2 3" + "}" * n,
    "wrong lambdas": lambda n: "lambda x=" * n + "1 1",
}
SIZES = (1, 2, 19, 20, 21, 50, 90, 95, 98, 99, 100, 101, 150, 199, 200, 201, 254, 255, 256, 257, 500, 980, 1500, 2500, 4000, 7000, 20_000)
LARGE = (100_000,)
# Shapes that do not nest, whatever their size.
FLAT = (
    "list", "constants", "set", "dict", "constant dict", "statements", "semicolons", "arguments", "long line", "hexadecimal digits",
    "loop of a long body", "jump over a long body", "names", "targets", "line continuations", "long name",
)
REFUSALS = "RecursionError", "MemoryError"
# CPython's time grows exponentially with the depth of these mistakes.
SLOW = "missing else", "errors in brackets", "errors in calls", "errors in braces", "wrong dicts in dicts", "wrong lambdas", "dicts in dicts", "lambda defaults"


def sizes(shape):
    for n in SIZES:
        if shape in SLOW and 16 < n < 10_000 and "lambda" not in shape:
            continue
        if shape in SLOW and n >= 19:
            continue
        if shape in ("if", "while", "for", "with", "try", "functions", "classes") and n > 300:
            continue
        yield n
    if shape in FLAT:
        yield from LARGE


def oracle(source, mode, seconds=10):
    """CPython's answer, from a process of its own: it may crash, or take forever."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(seconds)
        os.write(write, pickle.dumps(both.oracle(source, mode)))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        data = file.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else ("died",)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=both.binary())
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--quick", action="store_true", help="no sizes above 300")
    options = parser.parse_args()
    total = bad = alike = 0
    for shape, make in SHAPES.items():
        numbers = [n for n in sizes(shape) if n <= 300 or not options.quick]
        cases = [(make(n), "exec") for n in numbers]
        start = time.monotonic()
        try:
            answers = both.ours(options.binary, cases, timeout=60)
        except subprocess.TimeoutExpired:
            print(f"{shape}: takes too long", flush=True)
            bad += 1
            continue
        spent = time.monotonic() - start
        if spent > 10 or options.verbose:
            print(f"{shape}: {spent:.1f} s for {len(cases)} programs", flush=True)
        if len(answers) < len(cases):
            print(f"{shape}: the compiler died at {numbers[len(answers)]}")
            bad += 1
        for n, (source, mode), (status, payload) in zip(numbers, cases, answers):
            want, got = oracle(source, mode), both.answer(status, payload)
            total += 1
            if want == got:
                continue
            # One compiles or refuses, the other refuses: only near the limit.
            kinds = (want and want[0], got and got[0])
            if kinds[0] == "died" or all(k in REFUSALS for k in kinds):
                alike += 1
                if options.verbose:
                    print(f"{shape} {n}: {kinds}")
                continue
            bad += 1
            shown = [str(a and (a[:6] if len(a) > 2 else a))[:150] for a in (want, got)]
            print(f"{shape} {n}:\n    cpython: {shown[0]}\n    ours:    {shown[1]}", flush=True)
    print(f"{len(SHAPES)} shapes, {total} programs: {total - bad - alike} answered identically, {alike} refused by both in other words, {bad} differ")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
