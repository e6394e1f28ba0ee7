#!/usr/bin/env python3.11
"""Compares our compiler's code objects with CPython's, field by field.

    compare.py [-v] [-O LEVEL] [--limit N] [--sample N] [--hotpy PATH | --binary PATH] [FILE | FOLDER]...

Without files: the whole standard library of the Python that runs this, site-packages included. Each code object that differs is reported with
its first differing field, -v adds a diff of the two disassemblies. With --sample: all of the library proper, and N of the other files.
Exit status 1 if anything differs, or if only one of the two compilers refuses a file.

With --hotpy the program's own `compile` and `marshal.dumps` are compared, else the compiler alone (hotpy-pycompile).

The marshalled bytes are compared too. Where CPython's depend on what else its process has interned they differ; then the two must be equal
once loaded, and `differences.toml` must say why. That is checked for the library of the version that the list was made with.
"""

import argparse
import collections
import difflib
import dis
import io
import marshal
import os
import re
import struct
import subprocess
import sys
import sysconfig
import tempfile
import tokenize
import tomllib
import types
import warnings

FIELDS = (
    "co_name", "co_qualname", "co_filename", "co_firstlineno", "co_flags", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_code", "co_consts",
    "co_stacksize", "co_linetable", "co_exceptiontable",
)


def key(value):
    """A constant so that equal keys mean the same type and bits; nested code counts as equal to any."""
    kind = type(value)
    if kind is tuple:
        return (kind, tuple(map(key, value)))
    if kind is frozenset:
        return (kind, frozenset(map(key, value)))
    if kind is float:
        return (kind, struct.pack("d", value))
    if kind is complex:
        return (kind, struct.pack("dd", value.real, value.imag))
    if kind is types.CodeType:
        return (kind, value.co_name)
    return (kind, value)


def first_difference(ours, theirs):
    for field in FIELDS:
        a, b = getattr(ours, field), getattr(theirs, field)
        if field == "co_consts":
            a, b = key(a), key(b)
        if a != b:
            return field
    return None


def nested(code):
    return [c for c in code.co_consts if isinstance(c, types.CodeType)]


def pairs(ours, theirs):
    """The two code objects and all those within that correspond."""
    yield ours, theirs
    for a, b in zip(nested(ours), nested(theirs)):
        if a.co_name == b.co_name:
            yield from pairs(a, b)


def listing(code):
    out = io.StringIO()
    for i in dis.get_instructions(code):
        p = i.positions
        out.write(f"{p.lineno}:{p.col_offset}-{p.end_lineno}:{p.end_col_offset} {i.offset} {i.opname} {i.arg} {i.argrepr}\n")
    for e in dis._parse_exception_table(code):
        out.write(f"{e}\n")
    out.write(f"stack {code.co_stacksize} names {code.co_names} variables {code.co_varnames} cells {code.co_cellvars} "
              f"free {code.co_freevars} flags {code.co_flags:#x}\n")
    for c in code.co_consts:
        out.write(f"const {c!r}\n")
    return re.sub(r" at 0x[0-9a-f]+", "", out.getvalue()).splitlines()


def show(ours, theirs, field):
    if field in ("co_code", "co_consts", "co_stacksize", "co_linetable", "co_exceptiontable"):
        diff = list(difflib.unified_diff(listing(theirs), listing(ours), "cpython", "ours", lineterm="", n=4))
        print("\n".join("    " + line for line in diff[:60]))
    else:
        print(f"    cpython: {getattr(theirs, field)!r}\n    ours:    {getattr(ours, field)!r}")


class Ours:
    """Our compiler, serving in one process."""

    def __init__(self, options):
        if options.hotpy:
            server = os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve_code.py")
            self.command = [options.hotpy, "-B", "-S", "-Wignore", server, str(options.optimize)]
        else:
            self.command = [options.binary, "-O", str(options.optimize), "-"]
        self.child = None

    def ask(self, request):
        """(status, payload) for a request: 0 and marshalled code, 1 and a message, 2 if it crashed."""
        if self.child is None:
            self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.child.stdin.write(request + b"\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            pass
        head = self.child.stdout.read(5)
        if len(head) == 5:
            status, size = struct.unpack("<BI", head)
            return status, self.child.stdout.read(size)
        self.child.stdin.close()
        status = self.child.wait()
        self.child = None
        return 2, b"status %d" % status

    def compile(self, path):
        path = os.fsencode(path)
        status, payload = self.ask(path)
        if status == 1 and payload.startswith(b"unknown encoding"):
            # That is left to the caller's codecs.
            try:
                with tokenize.open(path) as source, tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as text:
                    text.write(source.read())
                    text.flush()
                    return self.ask(path + b"\t" + os.fsencode(text.name))
            except (SyntaxError, ValueError, LookupError):
                pass
        return status, payload


def sources(paths):
    for path in paths:
        if os.path.isdir(path):
            for folder, folders, names in os.walk(path):
                folders.sort()
                yield from (os.path.join(folder, n) for n in sorted(names) if n.endswith(".py"))
        else:
            yield path


def sample(files, count):
    """All files of the library proper, and `count` of the others at equal distances."""
    stdlib = sysconfig.get_path("stdlib")
    folders = [os.path.join(stdlib, name) + os.sep for name in ("site-packages", "test", "lib2to3/tests", "idlelib")]
    others = [f for f in files if any(f.startswith(folder) for folder in folders)]
    step = max(1, len(others) // count)
    chosen = set(others[::step][:count])
    apart = set(others) - chosen
    return [f for f in files if f not in apart]


def known_differences():
    """Files whose bytes are known to differ, by the end of their path."""
    with open(os.path.join(os.path.dirname(__file__), "differences.toml"), "rb") as file:
        return {entry["file"]: entry["reason"] for entry in tomllib.load(file)["bytes"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=[sysconfig.get_path("stdlib")])
    parser.add_argument("--binary", default=os.environ.get("HOTPY_PYCOMPILE", "hotpy-pycompile"))
    parser.add_argument("--hotpy", help="compare this interpreter's own compile() and marshal.dumps()")
    parser.add_argument("-O", "--optimize", type=int, default=0, help="optimisation level: 0, 1 or 2")
    parser.add_argument("--limit", type=int, default=40, help="code objects to report (default: 40)")
    parser.add_argument("--sample", type=int, help="the library proper and N of the other files")
    parser.add_argument("-v", "--verbose", action="store_true", help="show both disassemblies as a diff")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    files = list(sources(options.paths))
    if options.sample:
        files = sample(files, options.sample)
    ours_all = Ours(options)
    known = known_differences()
    count = collections.Counter()
    fields = collections.Counter()
    reported = 0

    def report(text):
        nonlocal reported
        reported += 1
        if reported <= options.limit:
            print(text)
        return reported <= options.limit

    for path in files:
        count["files"] += 1
        status, payload = ours_all.compile(path)
        try:
            with open(path, "rb") as source:
                # Marshalled while nothing else refers to it: references show in the bytes.
                data = marshal.dumps(compile(source.read(), path, "exec", dont_inherit=True, optimize=options.optimize))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if status == 0:
                count["accepted by us only"] += 1
                report(f"{path}: accepted, but CPython says {type(error).__name__}: {error}")
            elif status == 2:
                count["crashes"] += 1
                report(f"{path}: crash: {payload.decode(errors='replace')}")
            else:
                count["refused by both"] += 1
            continue
        theirs = marshal.loads(data)
        if status:
            count["crashes" if status == 2 else "refused by us only"] += 1
            report(f"{path}: {payload.decode(errors='replace')}")
            continue
        try:
            ours = marshal.loads(payload)
        except (ValueError, EOFError, TypeError) as error:
            count["crashes"] += 1
            report(f"{path}: CPython cannot load what we marshalled: {error}")
            continue
        same = True
        for a, b in pairs(ours, theirs):
            count["code objects"] += 1
            field = first_difference(a, b)
            if field is None:
                count["identical code objects"] += 1
                continue
            same = False
            fields[field] += 1
            if report(f"{path}:{b.co_firstlineno} {b.co_qualname}: {field}") and options.verbose:
                show(a, b, field)
        count["identical files"] += same
        if data == payload:
            count["identical bytes"] += 1
        elif same:
            reason = next((r for end, r in known.items() if path.endswith("/" + end)), None)
            count["equal once loaded, for a known reason" if reason else "equal once loaded"] += 1
            if reason is None:
                report(f"{path}: the marshalled bytes differ")
    for name, n in count.items():
        print(f"{n:8} {name}")
    for name, n in fields.most_common():
        print(f"{n:8} first differ in {name}")
    complete = count["identical files"] + count["refused by both"] == count["files"] and count["files"]
    return not complete or count["equal once loaded"] > 0


if __name__ == "__main__":
    sys.exit(main())
