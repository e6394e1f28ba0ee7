# Arguments of builtin functions, methods and classes that are asked for numbers, texts and paths; codecs and error handlers of Python.
import codecs, functools, io, itertools, os, sys
from shared.deep import current, deep, reached


class Any:
    def __init__(self, f): self.f = f
    def __index__(self):
        self.f()
        return 1
    def __bool__(self): return bool(self.__index__())
    def __sizeof__(self): return self.__index__()
    def __add__(self, other): return self
    def __repr__(self): return str(self.__index__())
    def __getitem__(self, key): return chr(self.__index__() + 64)
    def __dir__(self): return [str(self.__index__())]
    @property
    def __dict__(self): return {self.__index__(): 1}


class Path:
    def __init__(self, f): self.f = f
    def __fspath__(self):
        self.f()
        return "/nowhere"


def handler(error):
    current[-1]()
    return "?", error.end
def search(name):
    if name == "deep":
        return codecs.CodecInfo(encode, decode, name="deep")
    if name.startswith("deep_"):
        current[-1]()
def encode(text, errors="strict"):
    current[-1]()
    return b"1", len(text)
def decode(data, errors="strict"):
    current[-1]()
    return "1", len(data)
codecs.register_error("deep", handler)
codecs.register(search)


def fails(use):
    def run(f):
        try: use(f)
        except (OSError, LookupError, ValueError): pass
    return run


for use in (
    lambda f: "abc".find("b", Any(f)), lambda f: "abc".count("b", Any(f)), lambda f: "a b c".split(None, Any(f)), lambda f: "abc".replace("b", "c", Any(f)),
    lambda f: "abc".startswith("b", Any(f)), lambda f: "abc".rindex("c", Any(f)), lambda f: "abc".splitlines(Any(f)), lambda f: "a,b".rsplit(",", maxsplit=Any(f)),
    lambda f: b"abc".find(b"b", Any(f)), lambda f: b"abc".replace(b"b", b"c", Any(f)), lambda f: b"abc".splitlines(Any(f)), lambda f: b"a b".split(maxsplit=Any(f)),
    lambda f: bytearray(b"abc").replace(b"b", b"c", Any(f)), lambda f: bytearray(b"abc").count(b"b", Any(f)), lambda f: "a".translate(Any(f)),
    lambda f: int.from_bytes([Any(f)], "big"), lambda f: int.from_bytes(b"a", "big", signed=Any(f)), lambda f: (1).to_bytes(Any(f), "big"),
    lambda f: "abc".ljust(Any(f)), lambda f: slice(Any(f)).indices(9),
    lambda f: itertools.repeat(1, Any(f)), lambda f: repr(itertools.repeat(Any(f))), lambda f: repr(functools.partial(len, Any(f), a=1)),
    lambda f: "é".encode("ascii", "deep"), lambda f: b"\xff".decode("utf-8", "deep"), lambda f: b"\xff".decode("ascii", errors="deep"), lambda f: str(b"\xff", "ascii", "deep"),
    lambda f: "a".encode("deep"), lambda f: b"a".decode("deep"), lambda f: bytearray(b"a").decode("deep"), lambda f: codecs.encode("a", "deep"),
    lambda f: codecs.decode("a", "deep"), lambda f: codecs.charmap_encode("é", "deep", {63: 63}), lambda f: str(b"a", "deep"), lambda f: bytes("a", "deep"),
    lambda f: codecs.utf_8_decode(b"\xff", "deep"), fails(lambda f: codecs.lookup("deep_" + str(len(current)))),
    lambda f: os.fspath(Path(f)), fails(lambda f: os.stat(Path(f))), fails(lambda f: os.listdir(Path(f))), fails(lambda f: os.open(Path(f), 0)),
    fails(lambda f: os.rename("/nowhere", Path(f))), fails(lambda f: open(Path(f))), fails(lambda f: open(Path(f), "rb")), fails(lambda f: io.FileIO(Path(f))),
    fails(lambda f: open("/nowhere", opener=lambda name, flags: f() or -1)), fails(lambda f: open("/nowhere", "wb", opener=lambda *args: f() or os.open("/nowhere", 0))),
    lambda f: sys.getsizeof(Any(f)), lambda f: vars(Any(f)), lambda f: dir(Any(f)), lambda f: os.DirEntry and functools.partial(f)()):
    deep(use)
print(len(reached))
