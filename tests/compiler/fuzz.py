#!/usr/bin/env python3.11
"""Fuzzes the compiler: sources made from a grammar, and files with bytes damaged, always the same for a seed.

    fuzz.py [--grammar N] [--bytes N] [--seed N] [--binary PATH] [--save FILE]

Looks for crashes, for compilations of more than ten seconds, and for sources that CPython accepts and we reject, or the other way
round. Sources listed in `differences.toml` are let through. Exit status 1 if anything else was found.
"""

import argparse
import os
import pickle
import random
import subprocess
import sys
import tomllib
import warnings

import both
import mutate
from errors import HERE, key

BATCH = 2000

# Alternatives of each rule; what is no rule stands for itself. `>` and `<` indent and dedent.
GRAMMAR = {
    "file": ["stmt", "stmt stmt", "stmt file"],
    "stmt": ["simple \n"] * 6 + ["compound"] * 5,
    "simple": [
        "expr", "targets = expr", "target = target = expr", "target op= expr", "name : expr", "target : expr = expr", "( name ) : expr", "del deltargets", "pass", "return",
        "return stars", "raise", "raise expr", "raise expr from expr", "global names", "nonlocal names", "assert expr", "assert expr , expr", "import dotted",
        "import dotted as name", "from dotted import name", "from . import name as name", "from .. dotted import ( name , name , )", "from dotted import *", "yield expr",
        "yield", "x = yield expr", "await expr", "break", "continue", "simple ; simple", "name : expr = yield", "yield from expr", "targets = stars", "stars",
        "print expr", "exec expr", "match = 1", "case ( x )", "_ = match [ 1 ]", "type = 1", "expr = expr", "expr op= expr", "del expr", "expr : expr",
    ],
    "compound": [
        "if named : block", "if named : block else : block", "if named : block elif named : block", "while named : block", "while named : block else : block",
        "for targets in stars : block", "for targets in expr : block else : block", "with expr : block", "with expr as target : block", "with ( expr as target , expr , ) : block",
        "with ( expr ) , expr as name : block", "try : block except : block", "try : block except expr : block", "try : block except expr as name : block else : block finally : block",
        "try : block finally : block", "try : block except * expr : block", "def name ( params ) : block", "def name ( params ) -> expr : block",
        "class name : block", "class name ( args ) : block", "@ expr \n def name ( ) : block", "@ expr \n class name : block", "async def name ( params ) : block",
        "async def name ( ) : > async for target in expr : block < \n", "async def name ( ) : > async with expr as target : block < \n", "match named : > cases < \n", "match expr , : > cases < \n",
        "match * expr , expr : > cases < \n", "async for name in expr : block", "if expr : simple \n", "def name ( params ) : simple \n",
    ],
    "block": [" > file < \n", "simple \n", " > simple \n < \n"],
    "cases": ["clause", "clause cases"],
    "clause": ["case pattern : block", "case pattern if named : block", "case pattern , pattern : block", "case * name , : block"],
    "pattern": [
        "name", "_", "number", "- number", "string", "None", "True", "dottedname", "pattern | pattern", "( pattern )", "[ pattern , * name ]", "( )", "[ ]", "( pattern , )",
        "{ string : pattern , ** name }", "{ }", "{ number : pattern }", "name ( )", "name ( pattern , name = pattern )", "pattern as name", "number + number j", "dottedname ( pattern )", "f'{x}'", "name = pattern", "expr",
    ],
    "dottedname": ["name . name", "name . name . name"],
    "dotted": ["name", "name . name"],
    "names": ["name", "name , names"],
    "named": ["expr", "expr", "name := expr"],
    "stars": ["expr", "expr , expr", "* atom , expr", "expr ,", "* atom ,"],
    "targets": ["target", "target , target", "target ,", "* target , target", "( targets )", "[ targets ]"],
    "target": ["name", "name", "name . name", "name [ slices ]", "( target )", "name ( ) . name", "[ target , target ]", "( target , * target )"],
    "deltargets": ["target", "target , target", "( target , target )"],
    "params": [
        "", "name", "name , name", "name = expr", "name : expr", "* name", "** name", "name , / , name", "* , name", "name , * , name = expr", "name , / , name = expr , * name , name , ** name",
        "* name : expr", "name : expr = expr", "* name : * expr", "name = expr , name", "* , ** name", "params , params", "name , /",
    ],
    "args": ["", "expr", "expr , args", "name = expr", "* expr", "** expr", "expr for target in expr", "name = expr , args", "* expr , args", "** expr , args", "named"],
    "slices": ["expr", "expr : expr", ":", ": : expr", "expr , expr :", "* expr", "expr , * expr", "named"],
    "op=": ["+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**="],
    "op": ["+", "-", "*", "/", "//", "%", "@", "&", "|", "^", ">>", "<<", "**", "and", "or", "<", ">", "==", ">=", "<=", "!=", "in", "not in", "is", "is not", "<>"],
    "expr": ["atom"] * 6 + [
        "expr op expr", "expr op expr", "- expr", "not expr", "~ expr", "+ expr", "expr if expr else expr", "lambda params : expr", "atom . name", "atom ( args )", "atom [ slices ]", "await atom",
        "( yield expr )", "( named )", "( yield )", "expr op expr op expr",
    ],
    "atom": [
        "name", "name", "number", "number", "string", "string", "( expr )", "( stars )", "[ stars ]", "[ ]", "{ }", "( )", "{ expr : expr }", "{ expr , expr }", "{ ** expr , expr : expr }", "{ * expr }",
        "[ expr for targets in expr ]", "[ expr for target in expr if expr ]", "{ expr for target in expr for target in expr }", "{ expr : expr for target in expr }", "( expr for target in expr )",
        "[ expr async for target in expr ]", "None", "True", "False", "...", "string string", "__debug__", "[ named , expr ]", "( expr for targets in expr if named )", "[ * expr for name in expr ]",
    ],
    "name": ["a", "b", "x", "y", "self", "f", "match", "case", "_", "print", "type", "é", "ﬁ", "__a", "async_", "__class__", "super", "__debug__"],
    "number": ["0", "1", "10", "0x1f", "0b1", "0o7", "1.5", "1e5", ".5", "1j", "1_000", "00", "1.", "08", "0_7", "1__0", "1if", "9" * 40],
    "string": [
        "'a'", '"b"', "'''c\nd'''", "b'a'", "r'\\d'", "'\\d'", "f'{x}'", "f'{x!r:>{y}}'", "f'{expr}'", "f'{x=}'", "f'a{{b}}'", "f'{x:%H}'", "u'a'", "rb'\\x'", "f''", "'\\N{DASH}'", "'\\N{EN DASH}'", "'\\x41'", "'\\ud800'", "'\\x1'", "f'{'",
        "f'{*x}'", "f'{x!z}'", "f'{a[\"b\"]}'", "f'{lambda x: 1}'", "f'{(lambda x: 1)}'", "fr'{x}\\d'", "f'''{\nx}'''", "f'{x:{y}{z}}'", "b'é'", "'\\400'", "f'{yield}'", "f'{await x}'", "f'{x:{y:{z}}}'",
    ],
}


def sentence(rng, rule, depth, out, indent):
    """Appends text for `rule`; short alternatives once it is deep."""
    if rule not in GRAMMAR:
        if rule == ">":
            indent.append(indent[-1] + rng.choice((" ", "    ", "\t")))
            out.append("\n" + indent[-1])
        elif rule == "<":
            if len(indent) > 1:
                indent.pop()
        elif rule == "\n":
            while out and out[-1].isspace():
                out.pop()
            out.append("\n" + indent[-1])
        else:
            out.append(rule)
            out.append(" " if rng.random() < 0.97 else "")
        return
    choices = GRAMMAR[rule]
    if depth > 9:
        choices = sorted(choices, key=len)[:max(1, len(choices) // 5)]
    if depth > 18:
        choices = choices[:1]
    choice = rng.choice(choices)
    if rule == "string":
        out.append(choice.replace("expr", "x + 1"))
        out.append(" ")
        return
    for part in choice.split(" "):
        if part:
            sentence(rng, part, depth + 1, out, indent)


def sentences(count, seed):
    rng = random.Random(f"grammar {seed}")
    for _ in range(count):
        out, indent = [], [""]
        sentence(rng, "file", 0, out, indent)
        yield "".join(out) + "\n"


def damaged(count, seed):
    rng = random.Random(f"bytes {seed}")
    pieces = [p.encode() for p in mutate.pieces(most=15)]
    for _ in range(count):
        data = bytearray(rng.choice(pieces))
        if rng.random() < 0.1:
            data[:0] = rng.choice((b"# coding: latin-1\n", b"# coding: utf-8\n", b"\xef\xbb\xbf", b"#!x\n# -*- coding: ascii -*-\n", b"\x0c", b"# coding: cp1252\n"))
        for _ in range(rng.choice((1, 1, 2, 4))):
            at = rng.randrange(len(data) + 1)
            what = rng.randrange(6)
            if what == 0:
                data[at:at + 1] = bytes([rng.randrange(256)])
            elif what == 1:
                data[at:at] = bytes([rng.randrange(256)])
            elif what == 2:
                del data[at:at + rng.choice((1, 1, 5))]
            elif what == 3:
                other = rng.randrange(len(data) + 1)
                data[at:at] = data[other:other + rng.randrange(1, 12)]
            elif what == 4 and at < len(data):
                data[at] ^= 1 << rng.randrange(8)
            else:
                data[at:at] = rng.choice((b"\r", b"\r\n", b"\t", b"\x0c", b"\\\n", b"\x00", b"\xc3\xa9", b"\xe2\x80\x9c", b"\xff", b"'", b'"""', b"(", b"}", b"#", b"\xf0\x9f\x98\x80", b"\\N{"))
        yield bytes(data)


def accepts(source):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<source>", "exec", dont_inherit=True)
    except Exception:
        return False
    return True


def run(name, sources, options, listed):
    total = accepted = 0
    found = []
    batch = []

    def flush():
        nonlocal total, accepted
        cases = [(s, "exec") for s in batch]
        while cases:
            try:
                answers = both.ours(options.binary, cases, timeout=10 + len(cases) / 20)
            except subprocess.TimeoutExpired:
                answers = []
                for case in cases:
                    try:
                        answers += both.ours(options.binary, [case], timeout=10)
                    except subprocess.TimeoutExpired:
                        found.append(("hang", case[0]))
                        answers.append((2, ""))
            for (source, _), (status, _) in zip(cases, answers):
                total += 1
                fine = accepts(source)
                accepted += fine
                if status < 2 and fine != (status == 0) and key(source, "exec") not in listed:
                    found.append(("rejected" if fine else "accepted", source))
            if len(answers) < len(cases):
                found.append(("crash", cases[len(answers)][0]))
            cases = cases[len(answers) + 1:]
        batch.clear()

    for source in sources:
        if both.encode(source):
            batch.append(source)
        if len(batch) == BATCH:
            flush()
    flush()
    counts = {what: sum(f[0] == what for f in found) for what in ("crash", "hang", "accepted", "rejected")}
    print(f"{name}: {total} sources, {accepted} of them valid; " + ", ".join(f"{n} {what}" for what, n in counts.items()), flush=True)
    for what, source in sorted(found, key=lambda f: len(f[1]))[:20]:
        print(f"  {what}: {key(source, 'exec')} {source!r}"[:400])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=both.binary())
    parser.add_argument("--grammar", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", help="write what was found there, pickled")
    options = parser.parse_args()
    with open(os.path.join(HERE, "differences.toml"), "rb") as file:
        listed = {name for why in tomllib.load(file).get("difference", ()) for name in why["programs"]}
    found = run("grammar", sentences(options.grammar, options.seed), options, listed)
    found += run("bytes", damaged(options.bytes, options.seed), options, listed)
    if options.save:
        with open(options.save, "wb") as file:
            pickle.dump(found, file)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
