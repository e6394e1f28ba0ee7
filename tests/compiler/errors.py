#!/usr/bin/env python3.11
"""Compares our syntax errors and warnings with CPython's: exception, message, line, column, end line, end column, source line.

    errors.py [-v] [--binary PATH] [--quick] [--mutants N] [--seed N] [--save FILE]

The programs: our own (`invalid.py`), those in CPython's installed tests (`extract.py`), and mutants of the installed library
(`mutate.py`). Programs that differ are listed in `differences.toml`, by hash, with a reason; exit status 1 if there are others, if
a listed one no longer differs, or if we get worse than what is asked for: 97% identical, 99.5% of the same type and line, none
accepted by one alone.
"""

import argparse
import hashlib
import os
import pickle
import subprocess
import sys
import tempfile
import tomllib

import both
import invalid
import mutate

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = 20_000


def key(source, mode):
    data = source if isinstance(source, bytes) else b"str:" + source.encode("utf-8", "surrogatepass")
    return mode + ":" + hashlib.sha1(data).hexdigest()[:16]


def own():
    for mode, sources in (("exec", invalid.EXEC), ("single", invalid.SINGLE), ("eval", invalid.EVAL)):
        for source in sources:
            yield mode, source


def extracted():
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, os.path.join(HERE, "extract.py")]
        out = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return pickle.loads(out)


class Tally:
    def __init__(self, name, options, listed):
        self.name, self.options, self.listed = name, options, listed
        self.total = self.invalid = self.identical = self.near = self.accepted = self.warned = 0
        self.unlisted = []
        self.met = set()

    def add(self, source, mode, status, payload):
        want, got = both.oracle(source, mode), both.answer(status, payload)
        self.total += 1
        self.invalid += want is not None
        same = got == want
        if same and want is None:
            warned = both.oracle_warnings(source, mode)
            self.warned += bool(warned)
            got, want = both.our_warnings(payload), warned
            same = got == want
        self.identical += same
        near = same or (want and got and want[0] == got[0] and want[2:3] == got[2:3])
        self.near += bool(near)
        if not same:
            name = key(source, mode)
            if name in self.listed:
                self.met.add(name)
                return
            self.accepted += (both.oracle(source, mode) is None) != (status == 0)
            self.unlisted.append((name, mode, source))
            if self.options.verbose:
                print(f"{name} {source!r}\n    cpython: {want}\n    ours:    {got}")

    def run(self, cases):
        cases = [(source, mode) for mode, source in cases if both.encode(source)]
        for start in range(0, len(cases), BATCH):
            batch = cases[start:start + BATCH]
            answers = list(both.ours(self.options.binary, batch))
            for (source, mode), (status, payload) in zip(batch, answers):
                self.add(source, mode, status, payload)
            if len(answers) < len(batch):
                source, mode = batch[len(answers)]
                self.accepted += 1
                self.unlisted.append((key(source, mode), mode, source))
                print(f"the compiler died of {mode} {source!r}")

    def report(self):
        n = self.total or 1
        print(
            f"{self.name:10} {self.total:7} programs, {self.invalid:6} invalid, {self.warned:5} with warnings: "
            f"{self.identical / n:.3%} identical, {self.near / n:.3%} same type and line; "
            f"{len(self.met)} listed differences, {len(self.unlisted)} others ({self.accepted} accepted by one only)",
            flush=True,
        )
        return not self.unlisted and self.identical / n >= 0.97 and self.near / n >= 0.995


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=both.binary())
    parser.add_argument("-v", "--verbose", action="store_true", help="show every difference that is not listed")
    parser.add_argument("--quick", action="store_true", help="our own programs and a few mutants only")
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", help="write the programs that differ there, pickled")
    options = parser.parse_args()
    with open(os.path.join(HERE, "differences.toml"), "rb") as file:
        listed = {name: why["reason"] for why in tomllib.load(file).get("difference", ()) for name in why["programs"]}
    kinds = [("own", own()), ("warnings", (("exec", s) for s in invalid.WARNINGS))]
    if options.quick:
        options.mutants = min(options.mutants, 3000)
    else:
        kinds.append(("extracted", extracted()))
    kinds.append(("mutants", (("exec", s) for s in mutate.mutants(options.mutants, options.seed))))
    good, differing, met = True, [], set()
    for name, cases in kinds:
        tally = Tally(name, options, listed)
        tally.run(cases)
        good &= tally.report()
        differing += tally.unlisted
        met |= tally.met
    if options.save:
        with open(options.save, "wb") as file:
            pickle.dump(differing, file)
    stale = set(listed) - met
    if stale and not options.quick and options.seed == 1:
        print("listed, but not different any more:", *sorted(stale))
        good = False
    return not good


if __name__ == "__main__":
    sys.exit(main())
