# The C library called with callbacks and structures.
import ctypes as C, ctypes.util
l = C.CDLL(None)
l.strlen.restype = C.c_size_t
print(l.strlen(b'hello'), l.abs(-4))
CMP = C.CFUNCTYPE(C.c_int, C.POINTER(C.c_int), C.POINTER(C.c_int))
a = (C.c_int * 6)(5, 2, 9, 1, 7, 3)
l.qsort(a, 6, C.sizeof(C.c_int), CMP(lambda x, y: x[0] - y[0]))
print(list(a))

class S(C.Structure):
    _fields_ = [('x', C.c_short), ('y', C.c_double), ('z', C.c_char * 4), ('b', C.c_uint, 3)]
s = S(1, 2.5, b'ab', 5)
print(s.x, s.y, s.z, s.b, C.sizeof(S), bytes(s)[:2])
p = C.pointer(s)
p.contents.x = 9
print(s.x)

class U(C.Union):
    _fields_ = [('f', C.c_float), ('i', C.c_uint32)]
print(hex(U(f=1.0).i))
buf = C.create_string_buffer(20)
l.snprintf(buf, 20, b'%d-%s', C.c_int(3), b'x')
print(buf.value)
l.getenv.restype = C.c_char_p
print(l.getenv(b'NOPE'))
try:
    l.nope
except AttributeError as e:
    print(str(e).rpartition(': ')[0] != '', str(e).rpartition('/')[2].split(':')[1:])
try:
    l.strlen(object())
except C.ArgumentError as e:
    print(e)
m = C.CDLL(ctypes.util.find_library('m'))
m.pow.restype = C.c_double
m.pow.argtypes = [C.c_double] * 2
print(m.pow(2, 10))
C.set_errno(0)
print(C.cast(C.c_char_p(b'xyz'), C.POINTER(C.c_char))[1], C.string_at(b'abc', 2))
