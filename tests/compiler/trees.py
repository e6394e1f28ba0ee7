#!/usr/bin/env python3.11
"""Compares our syntax trees with CPython's: `ast.dump(..., include_attributes=True)`, file by file.

    trees.py [--hotpy PATH] [--sample N] [--type-comments] [-v] [FILE | FOLDER]...

Without files: all the sources below the standard library of the Python that runs this, site-packages included. Both sides parse the same
bytes in one process each. Exit status 1 if anything differs, or if only one side refuses a file.
"""

import argparse
import collections
import difflib
import os
import re
import struct
import subprocess
import sys
import sysconfig
import warnings

from dump_trees import tree


def answers(hotpy, files, type_comments):
    """Yields (status, text) of each file; a crash answers 2, and the rest goes on in a new process."""
    todo = list(files)
    while todo:
        command = [hotpy, "-Wignore", os.path.join(os.path.dirname(__file__), "dump_trees.py"), str(int(type_comments))]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        while todo:
            try:
                child.stdin.write(os.fsencode(todo[0]) + b"\n")
                child.stdin.flush()
            except BrokenPipeError:
                pass
            head = child.stdout.read(5)
            if len(head) < 5:
                break
            status, size = struct.unpack("<BI", head)
            yield status, child.stdout.read(size).decode("utf-8", "surrogatepass")
            todo.pop(0)
        child.stdin.close()
        child.wait()
        if todo:
            yield 2, f"status {child.returncode}"
            todo.pop(0)


def sources(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (os.path.join(folder, n) for n in sorted(names) if n.endswith(".py"))


def has_type_comment(path):
    with open(path, "rb") as file:
        return re.search(rb"#[ \t]*type:", file.read()) is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=[sysconfig.get_path("stdlib")])
    parser.add_argument("--hotpy", default=os.environ.get("HOTPY", "hotpy"))
    parser.add_argument("--sample", type=int, help="only every so many-th file, so that about N remain")
    parser.add_argument("--type-comments", action="store_true", help="with type comments; of files that have some")
    parser.add_argument("-v", "--verbose", action="store_true", help="show where trees differ")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    files = list(sources(options.paths))
    if options.type_comments:
        files = list(filter(has_type_comment, files))
    if options.sample and options.sample < len(files):
        files = files[:: len(files) // options.sample][: options.sample]
    count = collections.Counter()
    for path, (status, ours) in zip(files, answers(options.hotpy, files, options.type_comments)):
        count["files"] += 1
        expected, theirs = tree(path, options.type_comments)
        if (status, ours) == (expected, theirs):
            count["refused by both" if status else "identical"] += 1
            continue
        count["crashes" if status == 2 else "different"] += 1
        print(f"{path}: " + ("the trees differ" if status == expected == 0 else f"{ours[:80]} for {theirs[:80]}"))
        if options.verbose and status == expected == 0:
            a, b = (text.replace("(", "(\n").replace(", ", ",\n").splitlines() for text in (theirs, ours))
            print("\n".join(list(difflib.unified_diff(a, b, "cpython", "ours", lineterm="", n=6))[:40]))
    for name, n in count.items():
        print(f"{n:8} {name}")
    return count["identical"] + count["refused by both"] != count["files"] or not files


if __name__ == "__main__":
    sys.exit(main())
