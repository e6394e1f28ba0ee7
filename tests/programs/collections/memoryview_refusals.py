# What memoryviews refuse, and in which order they look: formats, read-only memory, values out of range, casts of empty shapes.
def show(f, *args):
    try: print(f(*args))
    except Exception as e: print(type(e).__name__, e)


class Raises:
    def __init__(self, e): self.e = e
    def __index__(self): raise self.e
    def __float__(self): raise self.e


for code in "bBhHiIlLqQnNfdP?c":
    view = memoryview(bytearray(8)).cast(code)
    frozen = memoryview(bytes(8)).cast(code)
    print(code)
    for value in 2**1024, -2**1024, 2**64, "xyz", None, b"ab", 1.5, [], Raises(OverflowError("o")), Raises(ValueError("v")), Raises(TypeError("t")), Raises(KeyError("k")):
        show(view.__setitem__, 0, value)
        show(frozen.__setitem__, 0, value)
show(memoryview(b"ab").__delitem__, 0)
show(memoryview(bytearray(b"ab")).__delitem__, 0)
for shape in [0], [0, 3], [3, 0], [0, 0]:
    empty = memoryview(b"")
    show(lambda: empty.cast("B", shape))
    show(lambda: empty.cast("B", shape).cast("b"))
    show(lambda: empty.cast("I").cast("B", shape))
show(lambda: memoryview(b"").cast("I").shape)
for size in 2**64, -2**64, 2**62, 0, -1, 4:
    show(lambda: memoryview(b"1234").cast("B", [size]).shape)
for shape in [2**61], [2**30, 2**31], [2**62, 2], [3, 5]:
    show(lambda: memoryview(b"12345678").cast("I", shape).shape)
