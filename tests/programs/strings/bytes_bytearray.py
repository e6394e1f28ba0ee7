# bytes, bytearray, memoryview: methods, mutation, buffers, errors.
b, ba = b"Hello, World", bytearray(b"Hello, World")
tests = [
    "{0}[0], {0}[-1], {0}[1:4], {0}[::-1], {0}[::3], len({0}), {0} * 2, {0} + b'!', b'lo' in {0}, 72 in {0}, {0} == b'Hello, World', {0} < b'Z', list({0}[:3]), max({0}), hash(bytes({0})) == hash(b'Hello, World')",
    "{0}.upper(), {0}.lower(), {0}.title(), {0}.swapcase(), {0}.capitalize()", "{0}.find(b'o'), {0}.find(111, 5), {0}.rfind(b'o'), {0}.index(b'l'), {0}.count(b'l'), {0}.count(108), {0}.find(b'z'), {0}.count(b'')", "{0}.startswith(b'He'), {0}.startswith((b'x', b'H')), {0}.endswith(b'ld'), {0}.removeprefix(b'He'), {0}.removesuffix(b'ld')", "{0}.split(b','), {0}.split(), {0}.rsplit(b'o', 1), {0}.partition(b','), {0}.rpartition(b'zz'), {0}.splitlines()", "{0}.replace(b'l', b'LL'), {0}.replace(b'', b'-', 2), {0}.strip(b'Hd'), {0}.lstrip(), {0}.rstrip(b'd')", "{0}.center(16, b'*'), {0}.ljust(14), {0}.rjust(14, b'.'), {0}.zfill(14), {0}.expandtabs()", "{0}.join([b'1', bytearray(b'2')]), {0}.translate(None, b'lo'), {0}.translate(bytes(range(255, -1, -1)))[:3], {0}.maketrans(b'ab', b'xy')[95:100]", "{0}.isalpha(), {0}.isdigit(), {0}.isalnum(), {0}.isspace(), {0}.isupper(), {0}.istitle(), {0}.isascii()", "{0}.decode(), {0}.hex(), {0}.hex(':'), {0}.hex('-', 2), {0}.hex('_', -4), type({0}).fromhex('48 65 6c')", "{0}.index(b'z')", "{0}.find('o')", "{0}.split('o')", "{0}.split(b'')", "{0}.join(['a'])", "{0}.join([1])", "{0}.replace('a', 'b')", "{0}.startswith('a')", "{0}.startswith([b'a'])", "{0} + 'a'", "'a' + {0}", "{0}[99]", "{0}['a']", "300 in {0}", "'a' in {0}", "{0} < 'a'", "{0} == 'Hello, World'", "{0} * 'a'", "{0}.fromhex('4g')", "{0}.fromhex('123')", "{0}.fromhex(5)", "{0}.hex('ab')", "{0}.hex(5)", "{0}.decode('ascii', 5)", "{0}.translate(b'short')", "{0}.maketrans(b'a', b'bc')", "{0}.center(20, 'x')", "{0}.center(20, b'xy')", "{0}.count('a')", "{0}.find(300)", "{0}.strip('a')", "{0}.nothing", "{0}.isalpha(1)", "{0}[1.5]", "{0} % 5", "{0}.endswith(5)", "{0}.partition(b'')", "{0}.zfill('a')", "{0}.expandtabs('a')",
]
for t in tests:
    for name in ("b", "ba"):
        try: print(eval(t.format(name)))
        except Exception as e: print(t.format(name), "->", type(e).__name__, e)
for t in ("bytes()", "bytes(3)", "bytes([1, 2, 255])", "bytes('é', 'utf-8')", "bytes('a', 'ascii', 'strict')", "bytes(b'x')", "bytes(bytearray(b'y'))", "bytes(memoryview(b'z'))", "bytes(range(3))", "bytes(x for x in (1, 2))", "bytes('a')", "bytes([256])", "bytes([-1])", "bytes(['a'])", "bytes(-1)", "bytes(1.5)", "bytes(None)", "bytes(5, 'ascii')", "bytes(b'a', 'ascii')", "bytes([1], errors='strict')", "bytes('é', 'ascii')", "bytes(2 ** 70)", "bytes(source=b'k')", "bytes((True, 0))", "bytes({1: 2})", "bytearray()", "bytearray(2)", "bytearray('é', 'latin-1')", "bytearray([300])", "bytearray('x')", "bytes(encoding='ascii')", "bytes.fromhex(' 0a 0B')", "bytes.maketrans(b'', b'')[:3]", "b'a' b'b' + b'c'", "b'%d-%s' % (5, b'x')", "bytes(type('B', (), {'__bytes__': lambda s: b'via'})())", "bytes(type('I', (), {'__index__': lambda s: 2})())", "b'\\x00\\xff'.decode('latin-1')", "b'abc'.__getitem__(slice(1)), b'abc'.__contains__(97), b'ab'.__mul__(2), b'a'.__add__(b'b'), b'a'.__eq__('a')", "bytes(list(b'abc')), list(map(chr, b'abc')), sorted(b'cab'), sum(b'ab'), b'ab'[0] == 97, [*b'xy']", "b'' == bytearray() == b'', b'a' == bytearray(b'a'), bytearray(b'a') == memoryview(b'a')", "bytearray(b'a') + b'b', b'a' + bytearray(b'b')", "hash(bytearray())", "{b'k': 1}[b'k']"):
    try: print(t, "=", eval(t))
    except Exception as e: print(t, "->", type(e).__name__, e)
m = bytearray(b"abcdef")
for op in ("m[0] = 90", "m[1:3] = b'XYZ'", "m[::2] = b'1234'", "m[::2] = b'1'", "del m[0]", "del m[:2]", "m.append(33)", "m.extend(b'ext')", "m.extend([1, 2])", "m.extend('a')", "m.extend(5)", "m.extend([300])", "m.insert(0, 65)", "m.insert(99, 66)", "m.pop()", "m.pop(0)", "m.pop(99)", "m.remove(33)", "m.remove(200)", "m.reverse()", "m += b'more'", "m += 'x'", "m *= 2", "m.append('a')", "m.append(256)", "m[0] = 'a'", "m[0] = 256", "m[99] = 1", "m[0:2] = 5", "m[0:2] = 'ab'", "m[:0] = m", "m.clear()", "m.pop()", "m.extend(m)", "m[:] = b'new'", "m.copy()", "m[0:1] = [7, 8]", "m[5:] = (9,)"):
    try: exec(op); print(op, bytes(m))
    except Exception as e: print(op, "->", type(e).__name__, e)
mv = memoryview(m)
print(mv[0], mv[-1], bytes(mv[1:3]), len(mv), mv.tolist(), mv.readonly, mv.format, mv.itemsize, mv.shape, mv.strides, mv.ndim, mv.nbytes, mv.contiguous, mv == m, mv.hex(), mv.obj is m, list(reversed(mv))[:2], 1 in mv, mv[::2].tolist(), mv[::-1].tobytes())
mv[0] = 1
mv[1:3] = b"QQ"
print(bytes(m), mv.c_contiguous, mv[1:2].tobytes(), memoryview(b"ab") == memoryview(b"ab"), memoryview(b"ab") != b"ac", hash(memoryview(b"ab")) == hash(b"ab"), mv.cast("B").tolist() == mv.tolist(), memoryview(b"\1\0\2\0").cast("H").tolist(), mv.toreadonly().readonly)
for t in ("mv[99]", "mv['a']", "mv[0] = 300", "mv[0] = 'a'", "mv[0:2] = b'abc'", "mv[0:1] = 5", "memoryview(b'a')[0] = 1", "memoryview('a')", "memoryview(5)", "memoryview()", "m.append(1)", "m.extend(b'')", "del mv[0]", "m.clear()", "mv < mv", "mv.cast('Z')", "mv.cast('I')", "hash(mv)", "mv.x", "memoryview([1])", "mv + mv"):
    try: exec(f"print({t})" if "= " not in t and "del" not in t else t)
    except Exception as e: print(t, "->", type(e).__name__, e)
with memoryview(m) as w: print(w[0])
for t in ("w[0]", "len(w)", "w.tobytes()", "w.release()", "repr(w).split(' at')[0]"):
    try: print(t, eval(t))
    except ValueError as e: print(t, e)
mv.release()
m.append(1)
print(m, repr(bytearray(b"'")), repr(bytearray(b"\x00'\"")), str(bytearray(b"a")), bytearray(b"x").__class__, type(bytearray(b"a")[:]).__name__, type(bytearray(b"a").upper()).__name__)
class B(bytes): pass
class BA(bytearray):
    def __init__(self, *a): super().__init__(*a); self.extra = 1
print(B(b"x"), type(B(b"x") + b"").__name__, type(B(b"x")[:]).__name__, BA(b"q").extra, BA(b"q"), B.fromhex("41"), type(B.fromhex("41")).__name__, B(b"a") == b"a", {B(b"k"): 1}[b"k"])
