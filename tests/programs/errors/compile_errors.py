# SyntaxErrors of compile() with all their fields: mistakes the parser knows, encodings, limits, single and eval mode.
import sys


def tell(source, mode="exec"):
    try:
        compile(source, "<source>", mode)
    except SyntaxError as e:
        print(f"{source!r:.60} {type(e).__name__} {e.msg} {e.lineno} {e.offset} {e.end_lineno} {e.end_offset} {e.text!r}")
    except Exception as e:
        print(f"{source!r:.60} {type(e).__name__} {e}")
    else:
        print(f"{source!r:.60} fine")


for source in (
    "x = (1 +\n y z)", "f(a for a in b, c)", "f(a=1, b)", "f(**a, *b)", "f(x.y=1)", "f(True=1)", "f(a=1, a=2)", "def f(a, a): pass",
    "def f(a=1, b): pass", "def f(*): pass", "def f(a, /, b, /): pass", "def f(**k, a): pass", "def f(a=): pass", "lambda *: 1",
    "{1: 2, 3}", "{1: *a}", "{1:}", "{**a for a in b}", "[a, b for b in c]", "(*a)", "(**a)", "if x = 1: pass", "while x.y = 1: pass",
    "print 1", "exec 'x'", "a if b", "(a if b)", "x = = 1", "1 = x", "f() += 1", "(a, b): int", "del f()", "for 1 in x: pass",
    "with a as 1: pass", "import a,", "from a import b,", "try: pass", "try: pass\nexcept a, b: pass", "try: pass\nexcept* : pass",
    "try:\n pass\nexcept a:\n pass\nexcept* b:\n pass", "if x\n y", "if x:\ny", "class A:\nx", "def f()\n x", "else: x", "match x\n",
    "match x:\n case a as _: pass", "match x:\n case A(b=1, c): pass", "match x:\n case 1 + 2: pass", "match x:\n case _.a: pass",
    "(", "(\n]", ")", "'abc", "'''abc\n", "x = 08", "0xg", "1__0", "1e+", "x $ y", "x\\ y", "\\\n x", " x", "if x:\n  y\n z", "if x:\n\ty\n        z",
    "f'{a b}'", "f'{'", "f'{}'", "f'{a!x}'", "f'''{\n a b}'''", "f'{a:{b:{c}}}'", "'\\x1'", "'\\N{nothing}'", "b'\xe9'", "b'a' 'b'",
    "\xe9 = 1 1", "\u201cx\u201d", "x\u0378", "\x00", "return", "break", "x: int = yield = 1", "nonlocal x", "yield = 1", "def f(**): pass",
    "with x:\n break", "[i for i in (lambda: (j := 1))()]", "x[*not y]", "a <> b",
):
    tell(source)
for source in ("", "x y", "x;", "'\\x1'", "*a", "  "):
    tell(source, "eval")
for source in ("", "x\ny", "x; y", "if x: y", "if x: y\n", "def f():\n  x\n", "x # c\ny\n", "1 +"):
    tell(source, "single")
for source in (
    b"\xc3\xa9 = 1 1", b"x = '\xff'", b"x\xff", b"# \xff\nx", b"x y\n\xff", b"f'{x}\xff'", b"# coding: latin-1\nx = '\xff' y", b"# coding: nothing\nx", b"\xef\xbb\xbf# coding: latin-1\nx", b"x\r\ny z\r\n", b"x\ry z",
):
    tell(source)
deep = sys.getrecursionlimit() * 10
for source in (
    "(" * 201, "-" * deep + "x", "x if y else " * deep + "z", "x" + ".a" * deep, "".join(" " * i + "if x:\n" for i in range(101)) + " " * 101 + "x",
    "".join(" " * i + "for x in y:\n" for i in range(21)) + " " * 21 + "x", "x = " + "1" * 5000, "[" + "x, " * 3000 + "]",
):
    try:
        compile(source, "<source>", "exec")
    except (SyntaxError, RecursionError, MemoryError) as e:
        print(f"{source:.30}".split("\n")[0], type(e).__name__, str(e)[:60])
    else:
        print(f"{source:.30}".split("\n")[0], "fine")
