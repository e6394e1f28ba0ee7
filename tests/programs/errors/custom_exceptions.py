# How exceptions of odd classes are shown: qualified names, failing __str__, multi-line and empty messages.
import sys


class Outer:
    class Inner(Exception): pass


def local():
    class Local(Exception): pass
    return Local


class BadStr(Exception):
    def __str__(self): raise ValueError


class NotStr(Exception):
    def __str__(self): return 5


class NoModule(Exception): pass
NoModule.__module__ = None
class Builtin(Exception): pass
Builtin.__module__ = "builtins"
class Other(Exception): pass
Other.__module__ = "some.module"


class EmptyName(Exception): pass
EmptyName.__qualname__ = ""


for e in (Outer.Inner("nested class"), local()("local class"), BadStr(), NotStr(), NoModule("x"), Builtin("y"), Other("z"), EmptyName("w"), ValueError(), ValueError(""), ValueError("two\nlines"), ValueError(1, 2), KeyError("k"), KeyError(), OSError(2, "msg"), OSError(2, "msg", "f1", None, "f2"), StopIteration(5), AssertionError(), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "why"), SyntaxError("bare"), SyntaxError("with", ("file.py", 3, 5, "some text here\n")), SyntaxError("range", ("file.py", 3, 6, "some text here", 3, 10)), SyntaxError("no text", ("file.py", 3, 5, None)), SyntaxError("no line", ("file.py", None, None, None)), IndentationError("ind", ("f", 1, 2, "  x")), ExceptionGroup("g", [ValueError(1)]), ValueError("é€😀"), ValueError("\ud800"), ImportError("m", name="n", path="p"), BaseException("base"), Warning("w"), RecursionError("deep"), MemoryError()):
    sys.excepthook(type(e), e, None)
for args in ((), (1,), (ValueError, 5, None), (5, 5, 5), (None, None, None), (ValueError, None, None), (ValueError, ValueError("v"), 5)):
    try: sys.excepthook(*args)
    except Exception as e: print(type(e).__name__, e)
raise Outer.Inner("last", 5)
