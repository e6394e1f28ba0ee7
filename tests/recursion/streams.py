# Buffers and text files over raw streams and buffers of Python.
import io
from shared.deep import deep, reached


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


for use in (
    lambda f: reader(f).read(), lambda f: reader(f).read(3), lambda f: reader(f).read1(), lambda f: reader(f).readline(), lambda f: reader(f).readinto(bytearray(3)), lambda f: reader(f).readinto1(bytearray(3)), lambda f: reader(f).peek(),
    lambda f: writer(f).write(b"abcdef"), lambda f: written(f).flush(), lambda f: written(f).close(), lambda f: written(f).detach(), lambda f: reader(f).seek(3),
    lambda f: io.BufferedRandom(Raw(f)).read(1), lambda f: text(f).read(1), lambda f: text(f).readline(), lambda f: text(f).write("a" * 9000),
    lambda f: text(f).flush(), lambda f: over(f).readline(), lambda f: over(f).read(2), lambda f: print("a", file=text(f), flush=True), lambda f: Raw(f).read(), lambda f: Raw(f).read(1), lambda f: Raw(f).readline(), lambda f: Raw(f).writelines([b"a"])):
    deep(use)
print(len(reached))
