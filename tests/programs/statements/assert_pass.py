# assert in all forms, expression statements, docstrings, pass, semicolons, line joining, tabs, comments.
"not the docstring of the program, as a comment does not count but this is one"
print(__doc__)


def attempt(f):
    try:
        print(f())
    except AssertionError as e:
        print("AssertionError", e.args)
    except Exception as e:
        print(type(e).__name__, e)


def a1():
    assert True
    assert 1, "never evaluated" + 1
    return "fine"


def a2():
    assert []


def a3():
    assert 0, "message"


def a4():
    assert None, (1, 2)


def a5():
    assert "" or 0, [x for x in "ab"]


def a6():
    assert (yield_ := False), f"walrus {yield_}"


def a7():
    assert not (1 < 2 < 3), ValueError("inner")


class Odd:
    def __bool__(self): raise RuntimeError("bool called")


def a8():
    assert Odd(), "no"


def a9():
    AssertionError = ValueError
    assert False, "the builtin one"


for f in (a1, a2, a3, a4, a5, a6, a7, a8, a9):
    attempt(f)


def doc():
    """First.

    Second."""
    "not this"


def nodoc():
    f"not a docstring {1}"


def bytesdoc():
    b"no"


def joined(): "one" " two"


class Documented:
    "class doc"


class Inherits(Documented): pass


for o in (doc, nodoc, bytesdoc, joined, Documented, Inherits, lambda: "x"):
    print(repr(o.__doc__))
pass; pass
1; "s"; None; ...; [1, 2]; {}; (lambda: 1)
x = 1 + \
    2
print(x)
y = (1 +
     # a comment inside
     2
     )
print(y)
z = [
    1,

    2,  # trailing
]
print(z)
if True:
	tabbed = 1
	print("tab", tabbed)
if True:
            print("deep indent")
def one_line(): return 1
print(one_line())
class A: b = 1; c = 2
print(A.b, A.c)
for i in range(2): print(i); print(-i)
s = "a\
b"
print(s)
t = """line one
line two \
continued
"""
print(repr(t))
# a form feed on the next line
print("after form feed")
print([1]if[]else[2], [x for x in[1]], 1 if 1 else 2)
