# The calls that buffered files make to a raw file of Python, and what they answer: all pairs of operations.
import io, itertools


class Raw(io.RawIOBase):
    def __init__(self, most, refuse):
        self.data, self.place, self.log, self.calls = bytearray(b"0123\n567\n" * 4), 0, [], 0
        self.most, self.refuse = most, refuse

    def readable(self):
        return True

    writable = seekable = readable

    def refused(self, what):
        self.calls += 1
        if self.refuse and self.calls % self.refuse == 0:
            self.log.append(what)
            return True

    def readinto(self, room):
        if self.refused("no read"):
            return None
        piece = self.data[self.place : self.place + min(len(room), self.most)]
        room[: len(piece)] = piece
        self.place += len(piece)
        self.log.append(f"r{len(room)}-{len(piece)}")
        return len(piece)

    def write(self, data):
        if self.refused("no write"):
            return None
        piece = bytes(data)[: self.most]
        self.data[self.place : self.place + len(piece)] = piece
        self.place += len(piece)
        self.log.append(f"w{len(data)}-{piece.decode()}")
        return len(piece)

    def tell(self):
        self.log.append("t")
        return self.place

    def seek(self, place, whence=0):
        self.log.append(f"s{place},{whence}")
        self.place = (0, self.place, len(self.data))[whence] + place
        return self.place

    def truncate(self, size=None):
        self.log.append(f"cut{size}")
        return size

    def flush(self):
        self.log.append("f")


OPERATIONS = (
    *(("read", n) for n in (0, 3, 20)), ("read",), ("read1", 2), ("read1",), ("readline",), ("readline", 2), ("peek",), ("readinto", 3), ("readinto", 20), ("readinto1", 3),
    ("readinto1", 20), ("write", b"xy"), ("write", b"z" * 20), ("flush",), ("seek", 2), ("seek", 1, 1), ("seek", -1, 2), ("tell",), ("truncate",), ("truncate", 5), ("__next__",),
)  # fmt: skip


def show(raw, f, operations):
    answers = []
    for name, *args in operations:
        if name.startswith("readinto"):
            args = [bytearray(*args)]
        try:
            answer = getattr(f, name)(*args)
            answers.append((answer, bytes(args[0])) if name.startswith("readinto") else answer)
        except Exception as e:
            answers.append(f"{type(e).__name__} {e} {getattr(e, 'characters_written', '')}")
        raw.log.append("|")
    try:
        f.close()
    except OSError as e:
        answers.append(str(e))
    print(answers, *raw.log)


for most, refuse in (99, 0), (3, 5):
    for operations in itertools.product(OPERATIONS, repeat=2):
        print(*operations)
        raw = Raw(most, refuse)
        show(raw, io.BufferedRandom(raw, 8), (*operations, ("read", 3)))
    for kind in io.BufferedReader, io.BufferedWriter:
        for operation in OPERATIONS:
            print(kind.__name__, operation)
            raw = Raw(most, refuse)
            show(raw, kind(raw, 8), (("read", 3) if kind is io.BufferedReader else ("write", b"abc"), operation, operation, ("tell",)))
