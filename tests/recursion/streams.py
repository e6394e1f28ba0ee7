# Buffers and text files over raw streams and buffers of Python; codecs of Python; what files of Python are asked when others are made over them.
import codecs, io
from shared.deep import current, deep, it, reached


class Raw(io.RawIOBase):
    """What is in `data`; each operation calls back."""
    data = b"a\nb\n"
    def __init__(self, f): self.f = f
    def readable(self): return True
    def writable(self): return True
    def seekable(self): return True
    def readinto(self, buffer):
        self.f()
        n = min(len(buffer), len(self.data))
        buffer[:n], self.data = self.data[:n], self.data[n:]
        return n
    def write(self, data):
        self.f()
        return len(data)
    def seek(self, at, whence=0):
        self.f()
        return 0
    def tell(self): return 0
    def close(self): pass
class Reader(io.BufferedIOBase):
    """The same as a buffer."""
    def __init__(self, f): self.raw = Raw(f)
    def readable(self): return True
    def writable(self): return True
    def seekable(self): return False
    def read1(self, n=-1):
        self.raw.f()
        return b""
    def write(self, data):
        self.raw.f()
        return len(data)
    def flush(self): self.raw.f()
    def close(self): pass


def reader(f): return io.BufferedReader(Raw(f))
def writer(f): return io.BufferedWriter(Raw(f), 2)
def text(f): return io.TextIOWrapper(Reader(f), "utf-8")
def over(f): return io.TextIOWrapper(reader(f), "utf-8")
def written(f):
    w = writer(f)
    w.write(b"a")
    return w


class Able(Raw):
    """Each question whether it is able calls back; so do the other ways to ask about it."""
    def readable(self): return not self.f()
    def writable(self): return not self.f()
    def seekable(self): return not self.f()
    def fileno(self): return self.f() or 5
    def isatty(self): return bool(self.f())
class Tells(Raw):
    def tell(self): return self.f() or 0
    def truncate(self, size=None): return self.f() or 0
class Closes(Raw):
    def flush(self): self.f()
    def close(self): self.f()
class Named(Raw):
    @property
    def name(self): return self.f() or "name"
    @property
    def closed(self): return bool(self.f())
class Lines(io.StringIO):
    def readline(self):
        self.f()
        return ""
class Given(io.BufferedIOBase):
    """What a reader of bytes is asked."""
    def read(self, n=-1): return self.f() or b""
    def __exit__(self, *error): io.BufferedIOBase.__exit__(self, *error)
    def flush(self): self.f()
class Coder(codecs.IncrementalEncoder):
    def encode(self, text, final=False):
        current[-1]()
        return text.encode()
    def setstate(self, state): current[-1]()
    def reset(self): current[-1]()
class Decoder(codecs.IncrementalDecoder):
    def decode(self, data, final=False):
        current[-1]()
        return bytes(data).decode()
    def getstate(self): return current[-1]() or (b"", 0)
    def setstate(self, state): current[-1]()
    def reset(self): current[-1]()
class Made(Decoder):
    def __init__(self, errors):
        Decoder.__init__(self, errors)
        current[-1]()
def info(decoder): return codecs.CodecInfo(None, None, None, None, Coder, decoder)
codecs.register({"deep": info(Decoder), "made": info(Made)}.get)
codecs.register_error("deeper", lambda e: (current[-1]() or "?", e.end))


def over_bytes(data=b"", codec="deep", errors="strict"): return io.TextIOWrapper(io.BytesIO(data), codec, errors)
def random(f): return io.TextIOWrapper(io.BufferedRandom(Tells(f)), "utf-8")
def made(kind, f, **attributes):
    file = kind(f) if kind is not Lines and kind is not Given else kind()
    file.f = f
    return file
def with_it(f):
    with made(Given, f): pass
def written_text(f):
    file = io.TextIOWrapper(written(f), "utf-8")
    file.write("a")
    return file
def next_of(file):
    for line in file: return line
def behind(f): return io.IncrementalNewlineDecoder(Decoder(), True)


for use in (
    lambda f: reader(f).read(), lambda f: reader(f).read(3), lambda f: reader(f).read1(), lambda f: reader(f).readline(), lambda f: reader(f).readinto(bytearray(3)), lambda f: reader(f).readinto1(bytearray(3)), lambda f: reader(f).peek(),
    lambda f: writer(f).write(b"abcdef"), lambda f: written(f).flush(), lambda f: written(f).close(), lambda f: written(f).detach(), lambda f: reader(f).seek(3),
    lambda f: io.BufferedRandom(Raw(f)).read(1), lambda f: text(f).read(1), lambda f: text(f).readline(), lambda f: text(f).write("a" * 9000),
    lambda f: text(f).flush(), lambda f: over(f).readline(), lambda f: over(f).read(2), lambda f: print("a", file=text(f), flush=True), lambda f: Raw(f).read(), lambda f: Raw(f).read(1), lambda f: Raw(f).readline(), lambda f: Raw(f).writelines([b"a"]),
    lambda f: list(reader(f)), lambda f: next_of(over(f)), lambda f: io.BufferedReader(Able(f)), lambda f: random(f).tell(), lambda f: over_bytes(b"ab").read()):
    deep(use)
for use in (
    lambda f: list(reader(f)), lambda f: next(reader(f)), lambda f: next_of(reader(f)), lambda f: reader(f).readlines(), lambda f: list(text(f)), lambda f: next(over(f)), lambda f: next_of(over(f)), lambda f: over(f).readlines(),
    lambda f: list(Raw(f)), lambda f: Raw(f).readlines(), lambda f: Raw(f).readlines(1), lambda f: list(made(Lines, f)), lambda f: next_of(made(Lines, f)), lambda f: sum(len(line) for line in over(f)),
    lambda f: io.BytesIO().writelines(it(f, b"a")), lambda f: io.StringIO().writelines(it(f, "a")), lambda f: over_bytes(codec="utf-8").writelines(it(f, "a")),
    lambda f: io.BufferedReader(Able(f)), lambda f: io.BufferedWriter(Able(f)), lambda f: io.BufferedRandom(Able(f)), lambda f: io.BufferedRWPair(Able(f), Able(f)), lambda f: io.TextIOWrapper(Able(f)), lambda f: type("Sub", (io.BufferedReader,), {})(Able(f)),
    lambda f: made(Able, f)._checkReadable(), lambda f: made(Able, f)._checkSeekable(), lambda f: made(Able, f)._checkWritable(),
    lambda f: io.BufferedReader(Able(f)).fileno(), lambda f: io.BufferedReader(Able(f)).isatty(), lambda f: io.TextIOWrapper(Able(f)).fileno(), lambda f: io.TextIOWrapper(Able(f)).seekable(),
    lambda f: random(f).tell(), lambda f: random(f).seek(3), lambda f: random(f).seek(0, 1), lambda f: random(f).seek(0, 2), lambda f: random(f).truncate(), lambda f: io.BufferedRandom(Tells(f)).tell(), lambda f: io.BufferedRandom(Tells(f)).truncate(),
    lambda f: io.BufferedReader(Closes(f)).close(), lambda f: io.BufferedReader(Closes(f)).detach(), lambda f: io.TextIOWrapper(io.BufferedReader(Closes(f))).close(), lambda f: io.TextIOWrapper(io.BufferedReader(Closes(f))).detach(), lambda f: io.RawIOBase.close(Closes(f)), with_it,
    lambda f: written_text(f).close(), lambda f: written_text(f).detach(), lambda f: written_text(f).reconfigure(write_through=True), lambda f: io.RawIOBase.tell(Raw(f)),
    lambda f: io.BufferedRWPair(Raw(f), Raw(f)).read(2), lambda f: io.BufferedRWPair(Raw(f), Raw(f)).peek(), lambda f: io.BufferedRWPair(Raw(f), Raw(f), 2).write(b"abcdef"), lambda f: io.BufferedRWPair(Closes(f), Closes(f)).close(), lambda f: io.BufferedRWPair(Able(f), Able(f)).isatty(),
    lambda f: made(Given, f).readinto(bytearray(2)), lambda f: io.BufferedIOBase.readinto(made(Given, f), bytearray(2)),
    lambda f: over_bytes(b"ab").read(), lambda f: over_bytes(b"ab").readline(), lambda f: next_of(over_bytes(b"ab")), lambda f: over_bytes().write("a"), lambda f: over_bytes().seek(0), lambda f: over_bytes(b"ab").seek(0, 2), lambda f: over_bytes(codec="made"), lambda f: over_bytes(codec="utf-8").reconfigure(encoding="made"),
    lambda f: over_bytes(b"\xff", "utf-8", "deeper").read(), lambda f: over_bytes(b"", "ascii", "deeper").write("\xe4"), lambda f: behind(f).decode(b"a"), lambda f: behind(f).getstate(), lambda f: behind(f).setstate((b"", 0)), lambda f: behind(f).reset(),
    lambda f: repr(io.BufferedReader(Named(f))), lambda f: repr(io.TextIOWrapper(io.BufferedReader(Named(f)))), lambda f: "%s" % f"{io.BufferedReader(Named(f))!r}"):
    deep(use, 10)
deep(lambda f: open("/dev/null", encoding="made"), 200)
print(len(reached))
