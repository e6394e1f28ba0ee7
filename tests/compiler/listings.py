"""Compares what `lpy dis --json` says of compiled code with CPython's `dis`, field by field.

    python3.11 tests/compiler/listings.py LPY [--every N] [--plain] [FILE-OR-DIR...]

Without files: the installed library, site-packages apart. Each file is compiled by CPython, written as a .pyc, and listed by both;
compared are of each instruction offset, opcode, name, argument, its meaning, line start, jump target and positions, and the
exception table. `--every N` takes one file in N; `--plain` compares the text of `lpy dis --plain` with `python3.11 -m dis`, too,
where both compile the source. Exit status 1 if anything differs.
"""

import contextlib
import dis
import importlib._bootstrap_external as bootstrap
import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import warnings

ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def nested(code):
    yield code
    for const in code.co_consts:
        if hasattr(const, "co_code"):
            yield from nested(const)


def meaning(text):
    """A set's order is no fact of the code."""
    text = ADDRESS.sub("", text)
    return "".join(sorted(text)) if "frozenset({" in text else text


def theirs(code):
    # `get_instructions` forgets the handlers' entries, which the printed listing marks.
    for i in dis.Bytecode(code):
        yield (i.offset, i.opcode, i.opname, i.arg, meaning(i.argrepr), i.starts_line, i.is_jump_target, list(i.positions))


def ours(code):
    for i in code["instructions"]:
        yield (i["offset"], i["opcode"], i["opname"], i["arg"], meaning(i["argrepr"]), i["starts_line"], i["is_jump_target"], i["positions"])


def table(code):
    return [(e.start, e.end, e.target, e.depth, e.lasti) for e in dis._parse_exception_table(code)]


def compare(code, listing):
    """The first difference, if there is one."""
    if listing["qualname"] != code.co_qualname:
        return f"{listing['qualname']} where {code.co_qualname} should be"
    a, b = list(theirs(code)), list(ours(listing))
    for x, y in zip(a, b):
        if x != y:
            return f"{code.co_qualname}:\n  CPython {x}\n  lpy     {y}"
    if len(a) != len(b):
        return f"{code.co_qualname}: {len(a)} instructions, {len(b)} listed"
    entries = [(e["start"], e["end"], e["target"], e["depth"], e["lasti"]) for e in listing["exception_table"]]
    if entries != table(code):
        return f"{code.co_qualname}: exception table {entries}, not {table(code)}"
    if listing["fault"]:
        return f"{code.co_qualname}: {listing['fault']}"
    depths = [i["depth"] for i in listing["instructions"] if i["depth"] is not None]
    if max(depths) > code.co_stacksize:
        return f"{code.co_qualname}: {max(depths)} deep"
    return None


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def check(lpy, path, pyc, plain):
    with open(path, "rb") as f:
        source = f.read()
    try:
        code = compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return 0, None
    with open(pyc, "wb") as f:
        f.write(bootstrap._code_to_timestamp_pyc(code, 0, 0))
    got = run(lpy, "dis", "--json", pyc)
    if got.returncode:
        return 0, got.stderr
    listings = json.loads(got.stdout)["code"]
    codes = list(nested(code))
    if len(listings) != len(codes):
        return 0, f"{len(codes)} code objects, {len(listings)} listed"
    count = 0
    for c, listing in zip(codes, listings):
        if difference := compare(c, listing):
            return count, difference
        count += len(listing["instructions"])
    if plain:
        got = run(lpy, "dis", "--plain", path)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            dis.dis(code)
        if got.returncode == 0:
            lines = zip(ADDRESS.sub("", out.getvalue()).split("\n"), ADDRESS.sub("", got.stdout).split("\n"), strict=True)
            for x, y in lines:
                if x != y and "frozenset({" not in x:
                    return count, f"text:\n  CPython {x}\n  lpy     {y}"
    return count, None


def files(places):
    for place in places:
        if os.path.isfile(place):
            yield place
        for folder, folders, names in os.walk(place):
            folders[:] = sorted(set(folders) - {"site-packages", "dist-packages", "__pycache__"})
            for name in sorted(names):
                if name.endswith(".py"):
                    yield os.path.join(folder, name)


def main(args):
    warnings.simplefilter("ignore")
    lpy, plain = args.pop(0), "--plain" in args
    every = int(args[args.index("--every") + 1]) if "--every" in args else 1
    places = [a for a in args if not a.startswith("--") and not a.isdigit()]
    chosen = list(files(places or [sysconfig.get_path("stdlib")]))[::every]
    instructions = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in chosen:
            count, difference = check(lpy, path, os.path.join(folder, "x.pyc"), plain)
            instructions += count
            if difference:
                bad += 1
                print(f"{path}: {difference}")
    print(f"{len(chosen)} files, {instructions} instructions: {bad} files differ")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
