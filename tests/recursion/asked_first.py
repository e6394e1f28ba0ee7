# What is asked first: lengths and hashes, numbers as arguments of what is made, the exceptions of a group, the place of a syntax error, what a class method wraps.
import io, itertools, operator
from shared.deep import current, deep, it, reached


class Key:
    def __hash__(self):
        current[-1]()
        return 1
    def __len__(self):
        current[-1]()
        return 1
class Index:
    def __index__(self):
        current[-1]()
        return 1
class Errors:
    """A sequence."""
    def __len__(self): return 1
    def __getitem__(self, at):
        current[-1]()
        if at: raise IndexError
        return ValueError(1)
class Wrapped:
    def __getattr__(self, name):
        if name != "__doc__" and name != "__name__": raise AttributeError(name)
        current[-1]()
        return name
def place(f): yield from ["file", 1, f() or 1, "text"]


found = {1: 2}
for use in (
    lambda f: len(Key()), lambda f: hash(Key()), lambda f: {1, Key()}, lambda f: {Key(): 1}, lambda f: found.get(Key()), lambda f: Key() in found, lambda f: Key() in {1, 2}, lambda f: {x for x in [Key()]},
    lambda f: ExceptionGroup("m", Errors()), lambda f: SyntaxError("m", place(f)), lambda f: list(map(int, [Index()])), lambda f: operator.iconcat([], it(f))):
    deep(use)
def subscript(f):
    try: found[Key()]
    except KeyError: pass
def store(f): found[Key()] = 1
for use in (
    subscript, store, lambda f: BaseExceptionGroup("m", Errors()), lambda f: IndentationError("m", place(f)), lambda f: BlockingIOError(1, "m", Index()), lambda f: classmethod(Wrapped()), lambda f: staticmethod(Wrapped()),
    lambda f: itertools.islice([1], Index()), lambda f: itertools.islice([1], 0, Index()), lambda f: itertools.combinations("ab", Index()), lambda f: itertools.combinations_with_replacement("ab", Index()), lambda f: itertools.product("ab", repeat=Index()), lambda f: itertools.tee([1], Index()),
    lambda f: io.BufferedReader(io.BytesIO(), Index()), lambda f: io.BufferedRWPair(io.BytesIO(), io.BytesIO(), Index())):
    deep(use, 10)
print(len(reached))
