"""Mutated programs: pieces of valid files with a token or character deleted, doubled, swapped, replaced or inserted, cut off, or
indented differently. What comes out for a seed is always the same, as long as the files are."""

import ast
import os
import random
import re
import sysconfig

TOKEN = re.compile(r"""[rbfuRBFU]{0,2}(?:'''|\"\"\")|[^\W\d]\w*|\d[\w.]*|\s+|\#.*|[<>*/=!:-]?[<>*/=:-]?=|\*\*|//|<<|>>|->|\.\.\.|.""", re.S)
INSERT = (
    "( ) [ ] { } : , ; . = == := + - * ** / // % @ & | ^ ~ < > <= != -> ... ! $ ? ` \\ ' \" ''' f' b' if else elif for in is not and or while "
    "with as try except finally def class lambda return yield await async import from raise assert del global nonlocal pass break "
    "continue match case _ None True False print exec 0 1 0x 1_ 08 1e 1j x self é \t \n \x0c # 'a' f'{x}' b'a' += -= **= <<= "
    "f'{' f'{x!r:>{w}}' '\\x' '\\N{DASH}' *x **x x=1 x:int (x) [x] {x} {x:1} x,y \\\n"
).split(" ")
TARGETS = "x x.y x[1] (x) (x,) [x] x,y *x f() 1 'a' None -x x+y x<y x_if_y lambda:x [i_for_i_in_x] {} {1} f'{x}' (yield) (x:=1) await_x".replace("_", " ").split(" ")


def pieces(folder=None, most=40):
    """Statements of the library's files, as source."""
    folder = folder or sysconfig.get_path("stdlib")
    names = sorted(os.listdir(folder)) + [os.path.join("test", n) for n in sorted(os.listdir(os.path.join(folder, "test")))
                                          if n in ("test_patma.py", "test_grammar.py", "test_fstring.py", "test_with.py", "test_coroutines.py",
                                                   "test_positional_only_arg.py", "test_named_expressions.py", "test_except_star.py",
                                                   "test_generators.py", "test_decorators.py", "test_typing.py", "test_unpack_ex.py")]
    found = []
    for name in names:
        if not name.endswith(".py"):
            continue
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            tree = ast.parse(text)
        except (ValueError, SyntaxError, OSError):
            continue
        lines = text.splitlines(True)
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt) and 0 <= node.end_lineno - node.lineno < most:
                body = lines[node.lineno - 1:node.end_lineno]
                indent = len(body[0]) - len(body[0].lstrip())
                if node.col_offset == indent:
                    found.append("".join(line[indent:] if line[:indent].isspace() or not indent else line for line in body))
    return found


def mutant(piece, rng):
    tokens = TOKEN.findall(piece)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if not tokens:
            break
        at = rng.randrange(len(tokens))
        what = rng.randrange(12)
        if what == 0:
            del tokens[at]
        elif what == 1:
            tokens.insert(at, tokens[at])
        elif what == 2:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif what in (3, 4):
            tokens[at] = rng.choice(INSERT)
        elif what in (5, 6):
            tokens.insert(at, rng.choice(INSERT))
        elif what == 7:
            tokens.insert(at, " " + rng.choice(INSERT) + " ")
        elif what == 8:
            del tokens[at:]
        elif what == 9:
            lines = "".join(tokens).split("\n")
            line = rng.randrange(len(lines))
            lines[line] = rng.choice((" ", "  ", "    ", "\t", "        ", "\x0c")) + lines[line] if rng.random() < 0.5 else lines[line][rng.randrange(1, 5):]
            tokens = TOKEN.findall("\n".join(lines))
        elif what == 10:
            names = [i for i, t in enumerate(tokens) if t.isidentifier()]
            if names:
                tokens[rng.choice(names)] = rng.choice(TARGETS)
        else:
            text = "".join(tokens)
            at = rng.randrange(len(text))
            tokens = TOKEN.findall(text[:at] + text[at + 1:] if rng.random() < 0.5 else text[:at] + rng.choice("()[]{}:,.='\"\\\n \t*@%&|;#é\x00\x0c\r") + text[at:])
    return "".join(tokens)


def mutants(count, seed, most=40):
    """`count` sources, compiled as programs."""
    rng = random.Random(seed)
    sources = pieces(most=most)
    for _ in range(count):
        yield mutant(rng.choice(sources), rng)
