# What methods and functions ask of their arguments before they do anything: numbers, names, truth values, whatever the object is of which they are methods.
import _thread, collections, contextvars, io, itertools, marshal, operator, os, re, sys, time
from shared.deep import current, deep, it, reached


class Index:
    def __index__(self):
        current[-1]()
        return 1
class Truth:
    def __bool__(self):
        current[-1]()
        return False
class Name(str):
    def __hash__(self):
        current[-1]()
        return 1
    def __repr__(self):
        current[-1]()
        return "name"
class Key:
    def __hash__(self):
        current[-1]()
        return 1
    def __eq__(self, other): return current[-1]() or True
    def __repr__(self): return current[-1]() or "key"
class Sequence:
    def __len__(self):
        current[-1]()
        return 1
    def __getitem__(self, at):
        if at: raise IndexError
        return "a"
class Counted:
    def __index__(self): return 1
    def __add__(self, other):
        current[-1]()
        return self
class Wrapped:
    def __getattr__(self, name):
        if name != "__isabstractmethod__": raise AttributeError(name)
        current[-1]()
        return name
class File(io.BytesIO):
    def readinto(self, to):
        current[-1]()
        return super().readinto(to)
class Closed:
    def readable(self): return True
    @property
    def closed(self): return current[-1]() or False
    def seekable(self): return False
    def close(self): pass
    def flush(self): pass
def tried(use):
    def tries(f):
        try: use(f)
        except (TypeError, ValueError, LookupError, AttributeError): pass
    return tries


digits, found, text = re.compile("(?P<a>b)|c"), re.match("(?P<a>a)", "a"), io.StringIO("ab\n" * 3)
for use in (
    lambda f: [1, 2].__getitem__(Index()), lambda f: text.read(Index()), lambda f: digits.match("b", Index()), lambda f: found.group(Index()), lambda f: digits.sub("x", "b", Index()),
    lambda f: "".join(Sequence()), lambda f: list(filter(operator.index, [Index()])), lambda f: marshal.load(File(b"\xe9\1\0\0\0")), lambda f: sys.call_tracing(f, ()), lambda f: list(zip(itertools.count(Counted()), "ab")),
    lambda f: contextvars.ContextVar(Name("n")), lambda f: property(Wrapped()).__isabstractmethod__, lambda f: os.strerror(Index())):
    deep(use)
class Numbers(Sequence):
    def __getitem__(self, at):
        if at: raise IndexError
        return 1
class Errors(Sequence):
    def __getitem__(self, at):
        if at: raise IndexError
        return ValueError(at)
reader = io.BufferedReader(Closed())
for use in (
    lambda f: collections.deque([0, 1]).index(1, Index()), lambda f: collections.deque([Key(), 1]).index(1, 0), lambda f: text.seek(Index()), lambda f: text.readline(Index()), lambda f: io.BytesIO(b"ab").read(Index()),
    lambda f: io.TextIOWrapper(io.BytesIO(b"ab")).read(Index()), lambda f: io.TextIOWrapper(io.BytesIO(b"ab")).seek(Key(), 1), lambda f: io.BufferedReader(io.BytesIO(b"ab")).seek(Index()), lambda f: io.BufferedReader(io.BytesIO(b"ab")).readlines(Index()), lambda f: reader.closed,
    lambda f: digits.findall("b", Index()), lambda f: digits.split("b", Index()), tried(lambda f: digits.sub(Key(), "b")), tried(lambda f: found.start(Key())), lambda f: found.span(Index()), tried(lambda f: delattr(int, Name("n"))), tried(lambda f: contextvars.copy_context().get(Key())),
    lambda f: collections.OrderedDict(a=1).popitem(Truth()), tried(lambda f: f.__code__._varname_from_oparg(Index())), lambda f: iter(range(3)).__setstate__(Index()), lambda f: bytearray().__reduce_ex__(Index()), lambda f: time.struct_time(map(lambda n: f() or n, range(9))),
    lambda f: {1: 2}.keys().isdisjoint([Key()]), lambda f: ExceptionGroup("m", [ValueError()]).derive(Errors()), lambda f: operator.iconcat([], Sequence()), lambda f: _thread.allocate_lock().acquire(Index()), lambda f: bytearray().extend(Numbers())):
    deep(use, 10)
print(len(reached))
