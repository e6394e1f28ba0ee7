# marshal.load of a file that never ends: as deep as can be, no deeper.
import marshal


class Endless:
    def __init__(self, *pieces):
        self.pieces, self.reads = pieces, 0

    def read(self, n):
        return b""

    def readinto(self, room):
        piece = self.pieces[self.reads % len(self.pieces)]
        self.reads += 1
        room[:] = piece[: len(room)].ljust(len(room), b"\0")
        return len(room)


one = b"\1\0\0\0"
for pieces in (b"[", one), (b"(", one), (b")", b"\1"), (b"{",), (b"<", one), (b"[", b"\2\0\0\0"), (b"c", *[one] * 5):
    file = Endless(*pieces)
    try:
        print(marshal.load(file))
    except Exception as e:
        print(type(e).__name__, e, file.reads)
for n in 1999, 2000, 2001:
    try:
        print(n, type(marshal.loads((b"[" + one) * n + b"N")))
    except Exception as e:
        print(n, type(e).__name__, e)
