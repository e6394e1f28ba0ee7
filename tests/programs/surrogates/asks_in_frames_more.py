# As in the other program of this name: exception groups, generic aliases, copies of containers' subclasses, proxies, imports, warnings, codecs, paths, files.
import builtins, codecs, importlib.abc, importlib.util, io, os, sys, types, warnings, weakref
from collections import OrderedDict, defaultdict, deque


def note(*what): print(*what)
def shown(use):
    try: print("->", use())
    except BaseException as e: print("!", type(e).__name__, e, "|", type(e.__context__).__name__, type(e.__cause__).__name__)


class Group(ExceptionGroup):
    def derive(self, excs):
        note("derive", [repr(e) for e in excs])
        return Group(self.message + "'", excs)
class NoGroup(ExceptionGroup):
    def derive(self, excs): return 5
def tree(kind=Group): return kind("a", [ValueError(1), kind("b", [TypeError(2), kind("c", [OSError(3)])]), TypeError(4)])
g = tree()
g.add_note("n"), setattr(g, "__cause__", KeyError())
for what in TypeError, (TypeError, OSError), lambda e: note("?", repr(e)[:9]) or isinstance(e, OSError), ValueError, Exception, KeyError, 5, [TypeError], lambda e: 1 / 0, len:
    shown(lambda: g.split(what)), shown(lambda: g.subgroup(what))
m = g.split(TypeError)[0]
print(m.__notes__, m.__cause__, m.__suppress_context__, m.message)
shown(lambda: tree(NoGroup).split(TypeError)), shown(lambda: g.split()), shown(lambda: g.split(TypeError, a=1))
class Own(ExceptionGroup):
    answer = None, None
    def split(self, kind):
        note("split", kind)
        return self.answer
def handled(group, *kinds):
    try:
        try: raise group
        except* kinds as e: note("handles", repr(e), sys.exc_info()[1] is e)
        except* OSError as e: note("too", repr(e))
    except BaseException as e: note("left", repr(e), repr(e.__context__))
    else: note("done")
    note(sys.exc_info())
for kinds in (TypeError,), (ValueError, TypeError), (KeyError,), (Group,), (5,), (Exception,): shown(lambda: handled(tree(), *kinds))
own = Own("o", [ValueError()])
for own.answer in (None, own), (own, None): shown(lambda: handled(own, TypeError))
handled(tree(NoGroup), TypeError)
def again():
    try: raise tree()
    except* TypeError: raise
    except* ValueError as e: raise KeyError(1)
shown(again)


class A:
    __class_getitem__ = classmethod(types.GenericAlias)
    def __init__(self, *args, **kwargs): note("init", args, kwargs)
class Slots(A): __slots__ = ("x", "y")
class Refuses(A):
    def __setattr__(self, name, value):
        note("sets", name)
        raise self.error
for Refuses.error in AttributeError("a"), TypeError("t"), ValueError("v"): shown(lambda: Refuses[int](1).__class__)
shown(lambda: A[int](1, a=2).__orig_class__), shown(lambda: list[int](note("in") or iter("ab"))), shown(lambda: dict[str, int](a=1)), shown(lambda: int[5]), shown(lambda: types.GenericAlias(3, int)())
class D(deque):
    def __init__(self, *args, **kwargs):
        note("D", [list(a) if isinstance(a, (list, deque)) else a for a in args])
        super().__init__(*args, **kwargs)
for d in D([1, 2]), D([1, 2], 3): shown(lambda: d.copy()), shown(lambda: d + deque([4])), shown(lambda: d * 2), shown(lambda: 2 * d), shown(lambda: d + [1])
class O(OrderedDict):
    def __init__(self, *args):
        note("O", args)
        super().__init__(*args)
    def __getitem__(self, key):
        note("get", key)
        return super().__getitem__(key)
o = O({1: 2})
shown(lambda: o | {3: 4}), shown(lambda: {3: 4} | o), shown(lambda: o.copy()), shown(lambda: o | 5)
class F(defaultdict):
    def __init__(self, *args):
        note("F", args)
        super().__init__(*args)
f = F(None, {1: 2})
shown(lambda: f | {3: 4}), shown(lambda: {3: 4} | f), shown(lambda: f.copy()), shown(lambda: f | [1])


class P:
    def __call__(self, *args, **kwargs): return note("called", args, kwargs)
    def __iter__(self):
        note("iter")
        return iter("ab")
    def __next__(self): raise StopIteration(note("next"))
    __doc__ = property(lambda self: note("doc") or "text")
p = P()
proxy = weakref.proxy(p)
shown(lambda: proxy(1, a=2)), shown(lambda: next(proxy, 5)), shown(lambda: list(proxy)), shown(lambda: next(weakref.proxy(A)))
shown(lambda: property(p).__doc__), shown(lambda: property(len).getter(p).__doc__), shown(lambda: property(p, doc="own").__doc__)
del p
shown(lambda: proxy()), shown(lambda: next(proxy)), shown(lambda: iter(proxy))
class M:
    def keys(self): return note("keys")
    def __getitem__(self, key): return note("item", key) or key
    def __iter__(self): return 5
shown(lambda: iter(types.MappingProxyType(M()))), shown(lambda: list(types.MappingProxyType({1: 2})))


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        "encodings" in name or note("find", name, path)
        if not name.startswith("made"): return None
        return importlib.util.spec_from_loader(name, self, is_package="package" in name)
    def create_module(self, spec): note("create", spec.name)
    def exec_module(self, module):
        exec(sources.get(module.__name__, "x = 1"), module.__dict__)
sources = {"made_a": "import made_b; from made_b import x as y", "made_b": "import made_a; x = 2", "made_bad": "1/0", "made_half": "from made_half2 import q", "made_half2": "from made_half import r",
    "made_package": "__all__ = ['sub', 'z']; z = 3", "made_package.sub": "from . import z; from .other import x; from .. import w", "made_star": "__all__ = [1]", "made_missing": "__all__ = ['nope']"}
sys.meta_path.insert(0, Finder())
for code in ("import made_a; print(made_a.y)", "import made_bad", "import made_half", "from made_package import *", "import made_package.other; print(made_package.other.x)", "import not_there", "from made_a import nope",
             "from made_star import *", "from made_missing import *", "import made_a.b", "from . import x", "from .a import x", "__import__('')", "__import__('made_c', level=-1)", "__import__(3)", "print(__import__('made_package.new').__name__)",
             "print(__import__('made_package.new', None, None, ['y']).__name__)", "__import__('made_c', level='a')", "__import__()"):
    shown(lambda: exec(code, {"__name__": "main", "__package__": None}))
class B(dict):
    def __getitem__(self, key):
        note("builtin", key)
        return dict.__getitem__(self, key)
shown(lambda: exec("print(len('a')); nope", {"__builtins__": B(vars(builtins))})), shown(lambda: exec("def f(): return nope\nclass C: x: int = len\nf()", {"__builtins__": B(vars(builtins)), "__name__": "m"}))


class W(UserWarning):
    def __init__(self, *args): note("W", args), super().__init__(*args)
warnings.showwarning = lambda *args, **kwargs: note("shows", args[0], args[1].__name__, os.path.basename(args[2]))
for action in "always", "error", "ignore", "once", "default", "module":
    warnings.simplefilter(action)
    for i in 1, 2: shown(lambda: warnings.warn("text", W)), shown(lambda: warnings.warn(W("own"), stacklevel=2)), shown(lambda: warnings.warn_explicit("e", W, "file", 3, registry={}))
shown(lambda: warnings.warn("a", int)), shown(lambda: warnings.warn("a", "b")), shown(lambda: warnings.warn()), shown(lambda: warnings.warn_explicit("a", W, 5, 1))
print(sorted(k for k in globals().get("__warningregistry__", {}) if isinstance(k, str)))


def handler(e):
    note(type(e).__name__, e.start, e.end)
    return "<>", e.end
codecs.register_error("own", handler), codecs.register_error("wrong", lambda e: 5)
codecs.register(lambda name: codecs.CodecInfo(lambda t, e="strict": (note("encode", t, e), (b"x", 1))[1], lambda b, e="strict": (note("decode", bytes(b), e), ("y", 1))[1], name=name) if name == "owncodec" else None)
for use in (lambda: "aéb☃".encode("ascii", "own"), lambda: "aéb☃".encode("latin-1", errors="own"), lambda: b"a\xffb\xfe".decode("utf-8", "own"), lambda: b"a\xff".decode("ascii", "own"), lambda: "é".encode("ascii", "wrong"),
            lambda: str(b"\xff", "utf-8", "own"), lambda: str(b"a", "owncodec"), lambda: bytes("a", "owncodec"), lambda: "a".encode("owncodec", "e"), lambda: b"a".decode("owncodec"), lambda: codecs.encode("a", "owncodec"), lambda: codecs.lookup("owncodec").name,
            lambda: "é".encode("ascii", "nope"), lambda: "é".encode("nope"), lambda: "é".encode(5), lambda: "é".encode("ascii", 5), lambda: str(b"\xff", "ascii", "strict"), lambda: "é" * 70 == "x" * 70 or len(("é" * 70).encode("ascii", "own"))): shown(use)


class Path:
    def __init__(self, path): self.path = path
    def __fspath__(self): return note("fspath") or self.path
for use in (lambda: os.stat(Path("/nowhere")), lambda: os.fspath(Path(5)), lambda: os.fspath(Path("a")), lambda: os.listdir(Path(b"/nowhere")), lambda: open(Path("/nowhere")), lambda: open(Path(None)), lambda: os.rename(Path("/nowhere"), Path("/x")),
            lambda: open("/nowhere", opener=lambda *a: note(a) or -5), lambda: open("/nowhere", opener=lambda *a: "x"), lambda: open(os.devnull, opener=lambda p, f: note(p) or os.open(p, f)).read(), lambda: open(Path(os.devnull), "rb").name,
            lambda: os.path.basename(io.FileIO(os.devnull, opener=lambda p, f: note(p) or os.open(p, f)).name), lambda: open(file=Path(os.devnull), mode="q")): shown(use)


class Out:
    def write(self, text): sys.__stdout__.write("<" + text + ">")
    def flush(self): note("flush")
    def fileno(self): raise OSError
    def readline(self): return self.line
for Out.line in "a\n", "b", "", 5:
    sys.stdin, sys.stdout = Out(), Out()
    try: r = input("prompt")
    except Exception as e: r = e
    finally: sys.stdin, sys.stdout = sys.__stdin__, sys.__stdout__
    print(repr(r))
class R:
    def __repr__(self): return note("repr") or "R"
sys.displayhook(R()), print(type(builtins._)), sys.displayhook(None)
module = types.ModuleType("module")
module.__dir__ = lambda: note("dir") or ["b", "a"]
shown(lambda: dir(module)), shown(lambda: module.__dir__()), shown(lambda: module.__dir__(1))
sys.breakpointhook = lambda *a, **k: note("break", a, k)
shown(lambda: breakpoint(1, a=2))
