# What functions say of ints that are too large, of objects with __index__, and of what is no int.
import _codecs, array, collections, gc, io, itertools, marshal, operator, os, re, signal, stat, struct, sys, time


class Large:
    def __index__(self):
        return 2**100


class Fails:
    def __index__(self):
        raise KeyError("no index")


class Wrong:
    def __index__(self):
        return "text"


raw = lambda: io.BufferedReader(io.BytesIO(b"abc"))
text = lambda: io.TextIOWrapper(io.BytesIO(b"abc"))
many, numbers = collections.deque([1, 2, 3]), [1, 2, 3]
for function in (
    lambda v: io.BytesIO(b"abc").read(v),
    lambda v: io.BytesIO(b"abc").seek(0, v),
    lambda v: io.StringIO("abc").seek(v),
    lambda v: io.FileIO(0, closefd=False).seek(0, v),
    lambda v: raw().read(v),
    lambda v: raw().read1(v),
    lambda v: raw().peek(v),
    lambda v: raw().readline(v),
    lambda v: raw().seek(v),
    lambda v: raw().seek(0, v),
    lambda v: io.BufferedReader(type("Raw", (io.BytesIO,), {"seek": lambda *a: v})(b"abc")).seek(1),
    lambda v: text().read(v),
    lambda v: text().readline(v),
    lambda v: open(0, "rb", v, closefd=False),
    lambda v: many.index(9, v),
    lambda v: many.index(9, 1, v),
    lambda v: many.rotate(v),
    lambda v: many[v],
    lambda v: numbers.index(9, v),
    lambda v: numbers[v],
    lambda v: numbers * v,
    lambda v: (0).to_bytes(v, "big"),
    lambda v: operator.length_hint(1, v),
    lambda v: "%c" % v,
    lambda v: b"%c" % v,
    lambda v: "\t".expandtabs(v),
    lambda v: _codecs.utf_7_decode(b"a", "strict", v),
    lambda v: gc.collect(v),
    lambda v: type(gc.get_objects(v)),
    lambda v: gc.set_threshold(v),
    lambda v: marshal.dumps(1, v),
    lambda v: signal.signal(v, None),
    lambda v: sys._getframe(v),
    lambda v: os.close(v),
    lambda v: os.fstat(v),
    lambda v: os.getpgid(v),
    lambda v: os.kill(0, v),
    lambda v: os.major(v),
    lambda v: stat.S_IMODE(v),
    lambda v: time.clock_gettime(v),
    lambda v: time.mktime((v,) * 9),
    lambda v: struct.pack("i", v),
    lambda v: array.array("i", [v]),
    lambda v: itertools.repeat(1, v),
    lambda v: re.compile("a").sub("b", "aaa", v),
):
    names = function.__code__.co_names
    for value in 2**31, -(2**31) - 1, 2**63, -(2**63) - 1, 2**64, Large(), Fails(), Wrong(), None, 1.5, "a":
        if value == 2**31 and "dumps" not in names and "close" not in names:
            continue
        try:
            print(*names[-2:], type(value).__name__, repr(function(value))[:40])
        except Exception as e:
            print(*names[-2:], type(value).__name__, type(e).__name__, e)

# Flags are ints, too.
for function in (
    lambda v: open(os.devnull, "rb", closefd=v),
    lambda v: io.FileIO(os.devnull, "rb", v),
    lambda v: io.TextIOWrapper(io.BytesIO(), line_buffering=v),
    lambda v: io.TextIOWrapper(io.BytesIO(), write_through=v),
    lambda v: io.IncrementalNewlineDecoder(None, v),
    lambda v: io.IncrementalNewlineDecoder(None, True).decode("a\r", v),
):
    for value in None, str, "a", 1.5, 2**40, Wrong():
        try:
            print(type(value).__name__, type(function(value)).__name__)
        except Exception as e:
            print(type(value).__name__, type(e).__name__, e)
