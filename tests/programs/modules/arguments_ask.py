# What methods ask of their arguments, in which order, and what they say of answers that do not fit: __index__, __bool__, hashes and reprs; operators and
# constructors called as methods; marshal.load from a file of Python, read piece by piece.
import collections, contextvars, io, itertools, marshal, operator, re, sys, time
log = []
class Index:
    def __init__(self, n=1): self.n = n
    def __index__(self):
        log.append(self.n)
        if isinstance(self.n, Exception): raise self.n
        return self.n
class Truth:
    def __bool__(self): log.append("bool"); return False
class Key:
    def __hash__(self): log.append("hash"); return 1
    def __eq__(self, other): log.append("eq"); return True
    def __repr__(self): log.append("repr"); return "key"
class Steps:
    def __init__(self, *items): self.items = iter(items)
    def __iter__(self): log.append("iter"); return self
    def __next__(self): log.append("next"); return next(self.items)
    def __length_hint__(self): log.append("hint"); return 1


def show(use):
    log.clear()
    try: answer = use()
    except Exception as error: answer = f"{type(error).__name__}: {error}"
    print(answer, log)


text, data, digits, found = io.StringIO("ab\ncd\n"), io.BytesIO(b"ab\ncd\n"), re.compile("(?P<a>b)|c"), re.match("(?P<a>a)", "a")
for n in (1, 0, -1, 10**30, ValueError("no"), "x"):
    for use in (lambda i: [1, 2].__getitem__(i), lambda i: text.read(i), lambda i: text.seek(i), lambda i: text.readline(i), lambda i: text.truncate(i) and text.seek(0), lambda i: data.seek(i), lambda i: data.read1(i), lambda i: data.readlines(i),
                lambda i: digits.findall("abc", i), lambda i: digits.split("abcbc", i), lambda i: digits.sub("x", "abcb", i), lambda i: digits.subn("x", "bcb", count=i), lambda i: digits.search("abc", 0, i), lambda i: found.group(i), lambda i: found.span(i), lambda i: found[i],
                lambda i: collections.deque([1, 2]).index(2, i), lambda i: collections.deque([1, 2]).index(2, 0, i), lambda i: list(zip(itertools.count(i), "a")), lambda i: bytearray().__init__(i)):
        show(lambda: use(Index(n)))
for use in (lambda: io.TextIOWrapper(io.BytesIO(b"ab")).seek(Truth(), 1), lambda: io.TextIOWrapper(io.BytesIO(b"ab")).seek(Truth(), 2), lambda: io.BufferedReader(io.BytesIO(b"ab")).seek(Index(1), Index(1)), lambda: io.BufferedReader(io.BytesIO(b"ab\n")).readlines(Index()),
            lambda: digits.sub(Key(), "b"), lambda: digits.sub(r"<\1>", "abc"), lambda: digits.sub(r"\2", "abc"), lambda: found.expand(r"\1\g<a>"), lambda: found.expand(template=r"\1"), lambda: found.expand(1), lambda: found.start(Key()), lambda: re.match("a", "a").start(Key()), lambda: found.group(Key(), Index()), lambda: digits.sub(repl="-", string="abc"),
            lambda: contextvars.copy_context().get(Key()), lambda: collections.OrderedDict(a=1, b=2).popitem(Truth()), lambda: {1: 2}.keys().isdisjoint([Key()]), lambda: {1: 2}.keys() & [Key()], lambda: {1: 2}.keys().__and__(Steps(1, 2)), lambda: sorted({1: 2}.keys().__rsub__(Steps(1, 2))),
            lambda: {1: 2}.__ior__(Steps((3, 4))), lambda: {1: 2}.__ior__(3), lambda: {1: 2}.__or__(Steps()), lambda: {1: 2}.__ior__(Steps(3)), lambda: collections.deque([1]).__iadd__(Steps(2, 3)), lambda: collections.deque([1]).__iadd__(3), lambda: set().__init__([Key(), Key()]), lambda: {1}.__ior__([1]), lambda: [1].__iadd__(Steps(2)),
            lambda: collections.OrderedDict(a=1).__ior__(Steps(("b", 2))), lambda: collections.OrderedDict.__or__(collections.OrderedDict(), Steps()), lambda: operator.iconcat([1], Steps(2)), lambda: operator.iconcat(collections.deque([1]), Steps(2)), lambda: operator.iconcat(1, 2), lambda: operator.iconcat("a", "b"), lambda: operator.iconcat((1,), [2]),
            lambda: time.struct_time(Steps(*range(9))), lambda: time.struct_time(Steps(1)), lambda: time.struct_time(1), lambda: time.struct_time(sequence=Steps(*range(9))), lambda: time.struct_time(Steps(*range(9)), 3),
            lambda: ExceptionGroup("m", [ValueError(1)]).derive([KeyError(2)]), lambda: ExceptionGroup("m", [ValueError(1)]).derive(Steps(KeyError(2))), lambda: ExceptionGroup("m", [ValueError(1)]).derive(), lambda: sys.call_tracing(divmod, (7, Index(2))), lambda: sys.call_tracing(divmod, (7, 2)), lambda: sys.call_tracing(divmod, [7, 2]),
            lambda: object.__reduce__(3) and "reduced", lambda: list(filter(operator.index, [Index(0), Index(2)])) != [], lambda: ",".join(Steps("a", "b")), lambda: " ".join(Steps(1)), lambda: bytearray(b"a").extend(Steps(1, 300))):
    show(use)


class File:
    def __init__(self, data, answer=None): self.data, self.answer = io.BytesIO(data), answer
    def read(self, n): log.append(("read", n)); return self.data.read(n)
    def readinto(self, to):
        log.append(len(to))
        got = self.data.readinto(to)
        return got if self.answer is None else self.answer


value = {"a": [1, -2**70, 1.5, 2j], ("b", None): {True, frozenset([2])}, b"c": "é" * 3, ...: StopIteration}
for version in range(5):
    show(lambda: marshal.load(File(marshal.dumps([1, "ab", (2.5, b"c")], version))))
    show(lambda: marshal.load(File(marshal.dumps(value, version))) == value)
data = marshal.dumps(show.__code__)
show(lambda: marshal.load(File(data)) == show.__code__)
for bad in (b"", b"i", b"i\1\0", b"[\2\0\0\0N", b"?", b"[\xff\xff\xff\xff", b"s\xff\xff\xff\xff", b"r\7\0\0\0", b"{N0", b"{0", b"[\1\0\0\0" + b"0", b"l\1\0\0\0\0\x80", b"(\1\0\0\0?"): show(lambda: marshal.load(File(bad)))
for answer in (0, 100, "x", Index(4)): show(lambda: marshal.load(File(b"i\1\0\0\0", answer)))
