# _struct, array, binascii, zlib, _bz2, _lzma, mmap: packed data, buffers, compression.
import _struct as struct, array, binascii, zlib, bz2, lzma, mmap


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


for form, values in [("<bBhHiIqQ", (-1, 255, -2, 65535, -3, 2**32 - 1, -4, 2**64 - 1)), (">efd", (1.5, -2.25, 1e300)), ("3s5pc?x", (b"abc", b"pasc", b"z", True)), ("@nNP", (-5, 5, 0)), ("=2i0i", (1, 2))]:
    data = struct.pack(form, *values)
    print(form, data, struct.unpack(form, data), struct.calcsize(form))
for args in [("b", 128), ("b", "x"), ("B", -1), ("i", 2**40), ("e", 1e6), ("f", 1e300), ("2s",), ("z", 1), ("c", b"ab"), ("<P", 1), ("i", 1.5)]:
    show(struct.pack, *args)
show(struct.unpack, "i", b"abc")
s = struct.Struct("<hI")
print(s.size, s.format, s.pack(1, 2), list(s.iter_unpack(b"\1\0\2\0\0\0" * 2)), s.unpack_from(b"xx\1\0\2\0\0\0", 2))
buffer = bytearray(10)
s.pack_into(buffer, 3, 7, 8)
print(buffer)
show(s.pack_into, buffer, 8, 7, 8)
show(s.pack_into, b"constant", 0, 7, 8)
a = array.array("i", [3, 1, 2])
a.append(7)
a.extend(range(3))
a.insert(1, -5)
print(a, a[1:4], a[::-2], a.index(7), a.count(1), a.tobytes(), a.buffer_info()[1], a.itemsize, len(a), a * 2, a + a[:1], 7 in a, list(a))
a[1:3] = array.array("i", [9, 9, 9])
del a[0]
a *= 2
print(a, a.pop(), a == array.array("i", a.tolist()), a < array.array("d", [100]), array.array("u", "äb"), memoryview(a).format)
show(a.append, "x")
show(a.append, 2**40)
show(array.array, "q", ["x"])
show(array.array, "z")
show(a.__setitem__, slice(0, 1), [1])
show(lambda: a[100])


class Sub(array.array):
    extra = 5


sub = Sub("d", [1.5])
sub.more = 6
print(sub, sub.more, sub.__reduce_ex__(2)[1:], iter(sub).__reduce__()[0].__name__)
view = memoryview(a)
show(a.append, 1)
view.release()
print(binascii.hexlify(b"\0\xff", ":"), binascii.unhexlify("00ff"), binascii.b2a_base64(b"hello" * 3, newline=False), binascii.a2b_base64("aGVsbG8="), binascii.crc32(b"x"), binascii.crc_hqx(b"ab", 0), binascii.b2a_qp(b"a=\xff b \n"), binascii.a2b_uu(binascii.b2a_uu(b"text")))
show(binascii.unhexlify, "0")
show(binascii.a2b_base64, "a")
show(binascii.a2b_base64, "ä")
text = b"some text, some text, and again some text" * 20
packed = zlib.compress(text, 9)
print(len(packed), zlib.decompress(packed) == text, zlib.adler32(text), zlib.crc32(text, 7))
d = zlib.decompressobj()
print(d.decompress(packed[:10], 5), len(d.unconsumed_tail), d.eof, d.copy().flush() is not None)
show(zlib.decompress, b"nonsense")
show(zlib.compress, "text")
show(zlib.compress, b"", 77)
for module in (bz2, lzma):
    packed = module.compress(text)
    print(module.__name__, module.decompress(packed) == text)
    show(module.decompress, packed[:-5])
    show(module.decompress, b"nonsense" * 5)
m = mmap.mmap(-1, 64)
m.write(b"hello mapped world")
m.seek(6)
print(m.read(6), m.tell(), m.find(b"world"), m[0:5], len(m))
m[0] = 72
m[1:3] = b"EL"
print(m[:10], bytes(memoryview(m)[:3]))
show(lambda: m[100])
m.close()
show(lambda: m[0])
show(type(zlib.compressobj()))


class Path:
    def __fspath__(self):
        return "."


import posix
print(posix.stat(Path()).st_mode == posix.stat(".").st_mode, posix.listdir(Path()) == posix.listdir("."))
