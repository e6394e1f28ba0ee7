# The builtin exceptions: bases, arguments, attributes, representation, equality, subclassing, pickling-free state.
import builtins
tree = {}
for name in sorted(dir(builtins)):
    c = getattr(builtins, name)
    if isinstance(c, type) and issubclass(c, BaseException):
        print(name, c.__name__, c.__module__, [b.__name__ for b in c.__bases__], len(c.__mro__))
print(IOError is OSError, EnvironmentError is OSError)
for e in (ValueError(), ValueError("a"), ValueError("a", 2), KeyError("k"), KeyError(), KeyError(1, 2), KeyError(""), IndexError("i"), StopIteration(), StopIteration(5), StopIteration(1, 2), SystemExit(), SystemExit(3), SystemExit("m", 2), OSError(), OSError("m"), OSError(2, "No"), OSError(2, "No", "f"),
          OSError(2, "No", "f", None, "g"), OSError(1, 2, 3, 4, 5, 6), OSError(13, "denied"), OSError("a", "b"), ImportError("i", name="n", path="p"), ImportError(), ModuleNotFoundError("m", name="x"), AttributeError("a", name="n", obj=5), NameError("n", name="q"), UnboundLocalError("u"), SyntaxError(),
          SyntaxError("m"), SyntaxError("m", ("f", 1, 2, "text")), SyntaxError("m", ("f", 1, 2, "text", 3, 4)), SyntaxError("m", (None, None, None, None)), UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "invalid"), UnicodeEncodeError("ascii", "aé", 1, 2, "ord"), UnicodeTranslateError("abc", 0, 2, "why"), GeneratorExit(),
          KeyboardInterrupt("k"), AssertionError(5), RecursionError(), NotImplementedError(), StopAsyncIteration(4), Warning("w"), BlockingIOError(11, "again", 5), UnicodeDecodeError("x", b"abcd", 0, 3, "r"), UnicodeEncodeError("x", "a\u20ac\U0001F600", 1, 2, "r"), UnicodeEncodeError("x", "a\u20ac\U0001F600", 2, 3, "r"), MemoryError(), EOFError("x"), ArithmeticError(1), BufferError()):
    state = {k: getattr(e, k) for k in ("value", "code", "errno", "strerror", "filename", "filename2", "name", "path", "obj", "msg", "lineno", "offset", "text", "end_lineno", "end_offset", "print_file_and_line", "encoding", "object", "start", "end", "reason", "characters_written") if hasattr(e, k)}
    print(type(e).__name__, "|", str(e), "|", repr(e), "|", e.args, state)
for bad in ("StopIteration(x=1)", "ValueError(a=1)", "ImportError(x=1)", "ImportError('m', x=1)", "AttributeError(x=1)", "SyntaxError('m', 5)", "SyntaxError('m', (1,))", "SyntaxError('m', (1, 2, 3, 4, 5))", "UnicodeDecodeError()", "UnicodeDecodeError(1, 2, 3, 4, 5)", "UnicodeEncodeError('a', b'b', 0, 1, 'r')", "UnicodeDecodeError('a', 'b', 0, 1, 'r')",
            "UnicodeTranslateError('a', 0, 1)", "BaseException(x=1)", "OSError(1, 'a', x=1)", "SystemExit(x=1)", "KeyError(k=1)", "NameError('n', 'm', name=5).name", "OSError().errno", "UnicodeDecodeError('a', b'b', 5, 9, 'r')", "str(UnicodeDecodeError('a', b'', 0, 1, 'r'))"):
    try:
        print(bad, repr(eval(bad)))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print([type(OSError(n, "m")).__name__ for n in (1, 2, 3, 4, 10, 11, 13, 17, 20, 21, 32, 103, 104, 110, 111, 115, 9999)], type(OSError(2)).__name__, type(FileNotFoundError(13, "m")).__name__)


class MyOS(OSError): pass
class MyErr(Exception):
    def __init__(self, code, *rest): self.code = code; super().__init__(*rest)
class WithStr(MyErr):
    def __str__(self): return f"code {self.code}: {super().__str__()}"
class NoInit(MyErr):
    def __init__(self): pass
class Slots(Exception): __slots__ = ("a",)
class Key(KeyError): pass
class New(Exception):
    def __new__(cls, *a, **k): self = super().__new__(cls, *a); self.k = k; return self
    def __init__(self, *a, **k): pass


print(type(MyOS(2, "m")).__name__, MyOS(2, "m").errno, repr(MyErr(1, "a", "b")), MyErr(1).args, str(WithStr(5, "m")), NoInit().args, repr(NoInit()), str(Key("q")), New(1, z=2).k, New(1).args)
s = Slots(1); s.a = 2; s.b = 3
print(s.a, s.b, s.args, ValueError("a") == ValueError("a"), hash(ValueError()) is not None)
e = OSError(2, "No", "file")
e.filename, e.errno, e.strerror = "changed", 5, "msg"
print(e, e.args, repr(e))
e = StopIteration(1); e.value = 2
print(e.value, e.args, e)
e = SyntaxError("a"); e.msg, e.lineno, e.filename = "b", 7, "dir/file.py"
print(e, e.args)
e = UnicodeDecodeError("utf-8", b"abc", 1, 2, "r"); e.end = 3; e.reason = "other"
print(e, e.args)
e = ImportError("m"); e.name = 5
print(e.name, e.msg)
e = ValueError(1); e.extra = "attr"; e.__dict__["more"] = 1
print(e.__dict__, e.__reduce__(), OSError(1, "m").__reduce__(), StopIteration(3).__reduce__()[1])
e.__setstate__({"x": 5}); print(e.x)
print(isinstance(KeyError(), LookupError), issubclass(UnicodeError, ValueError), issubclass(RecursionError, RuntimeError), Exception.__mro__, BaseException.__base__, type(Exception))
for s in ("e.__notes__", "e.add_note('n1'); e.add_note('n2'); print(e.__notes__)", "e.add_note(5)", "e.__notes__ = 5; e.add_note('x')", "e.add_note()"):
    e = ValueError("noted") if "__notes__ = 5" not in s else ValueError()
    try: exec(s)
    except Exception as x: print(s, type(x).__name__, x)
