# x é€ xx: errors found while parsing a module show the lines of the file it is said to be from, whatever it holds
	# second line

# short
def show(source, name=__file__, mode="exec"):
    try:
        compile(source, name, mode)
    except SyntaxError as e:
        print(repr(source), type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, ascii(e.text))
    else:
        print(repr(source), "compiles")


SOURCES = [
    "x = = 1\n", "\n\n\nx = = 1\n", "(\n", "\n(a b)\n", "\n\n\n(aaaaaaaaaaaaaaaaaaa b)\n", "\n\n(a b)\n",
    "if 1:\nx\n", "  x\n", "a\n  b\n", "x = '\\N{foo}'\n", "x = b'\xe9'\n", "f(**a, *b)\n", "import *\n", "\xe9 = \xe9 \xe9\n",
    "1 = x\n", "f() = 1\n", "del f()\n", "\\\n", "x = \\ \n", "def f(**a, *b): pass\n", "'a' b'c'\n", "f(x for x in y, 1)\n",
    # The tokenizer's own errors show the source, and so do f-strings.
    "x = 'abc\n", "\n)\n", "(]\n", "0777\n", "1_\n", "\u20ac\n", "'''\n", "if 1:\n  x\n y\n", "x = f'{a b}'\n", "(" * 210,
    # Those of the compiler show the file, too.
    "return 1\n", "\n\n\nbreak\n", "def f(a, a): pass\n", "x\nfrom x import *\ndef f():\n  from x import *\n", "from __future__ import braces\n",
]
for source in SOURCES:
    show(source)
    show(source.encode())
    show(source, "<no file>")
show("a b\n", mode="single")
show("a b\n", mode="eval")
show("x = " + "1" * 4301)
for line in (1, 4, 5, 100):
    show("\n" * (line - 1) + "a b\n")
    show(b"# coding: latin-1" + b"\n" * (line - 1) + b"a b\n")
    show(b"# coding: cp1252" + b"\n" * (line - 1) + b"a b\n")
    show(b"# coding: latin-1" + b"\n" * (line - 1) + b"\nreturn\n")
