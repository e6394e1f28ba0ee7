# What buffered files can do, short reads, what a detached text file still knows, closing with a flush that fails.
import io


class Raw(io.RawIOBase):
    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.reads = 0

    def readable(self):
        return True

    def writable(self):
        return True

    def seekable(self):
        return True

    def readinto(self, room):
        self.reads += 1
        if not self.pieces:
            return 0
        piece = self.pieces.pop(0)
        room[: len(piece)] = piece
        return len(piece)

    def write(self, data):
        return len(data)

    def seek(self, *where):
        return 0

    def tell(self):
        return 0


def show(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


for kind in (io.BufferedReader, io.BufferedWriter, io.BufferedRandom):
    f = kind(Raw())
    print(kind.__name__, f.readable(), f.writable(), f.seekable(), "readable" in vars(kind), "writable" in vars(kind))
    show(f.truncate)
    show(f.write if kind is io.BufferedReader else f.read, b"x" if kind is io.BufferedReader else 1)
for kind in (io.BufferedReader, io.BufferedRandom):
    raw = Raw(b"abc", b"de", b"fgh", b"jkl")
    f = kind(raw, buffer_size=10)
    two, long = bytearray(2), bytearray(20)
    print(f.peek(3), f.readinto1(two), two, f.readinto1(two), two, f.readinto1(two), two, raw.reads)
    print(f.peek(3), f.readinto1(long), bytes(long), raw.reads, f.readinto1(long), f.readinto1(bytearray()), raw.reads)
t = io.TextIOWrapper(io.BufferedWriter(Raw()), encoding="ascii", errors="ignore")
t.detach()
print(t.encoding, t.errors, t.line_buffering, t.write_through)
show(lambda: t.newlines)
show(lambda: t.closed)
show(t.read)


class Flushed(io.FileIO):
    def flush(self):
        print("closed while flushing:", self.closed)
        raise OSError("flush")


for options in ({}, {"closefd": False}):
    f = Flushed(0, "rb", **{"closefd": False, **options})
    show(f.close)
    print(f.closed)
f = io.FileIO(__file__)
print(len(f.read(10)), f.read(0), len(f.readall()) > 100, f.readall(), f.read(5))
print(io.open(__file__, "rb", buffering=0).readall() == open(__file__, "rb").read())
