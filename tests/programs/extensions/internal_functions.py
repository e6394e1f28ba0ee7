# Functions of the C API that are seldom called, through ctypes.
import ctypes, os, sys, codecs
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_ssize_t, c_void_p, py_object

api = ctypes.pythonapi


def function(name, result, *arguments):
    f = getattr(api, name)
    f.restype, f.argtypes = result, arguments
    return f


def show(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as e:
        # CPython's has the place in its source.
        print(type(e).__name__, str(e).split(": ", 1)[-1])


class HashDef(ctypes.Structure):
    _fields_ = [("hash", ctypes.PYFUNCTYPE(c_ssize_t, c_char_p, c_ssize_t)), ("name", c_char_p), ("hash_bits", c_int), ("seed_bits", c_int)]


h = function("PyHash_GetFuncDef", POINTER(HashDef))()[0]
print(h.name.decode() == sys.hash_info.algorithm, h.hash_bits == sys.hash_info.hash_bits, h.seed_bits == sys.hash_info.seed_bits, h.hash(b"abc", 3) == hash(b"abc"))

r, w = os.pipe()


def dumped(name, *args):
    getattr(api, name)(w, *args)
    print(name, os.read(r, 9999))


api._Py_DumpDecimal.argtypes = [c_int, c_size_t]
api._Py_DumpHexadecimal.argtypes = [c_int, c_size_t, c_ssize_t]
api._Py_DumpASCII.argtypes = [c_int, py_object]
for n in (0, 7, 10, 2**64 - 1):
    dumped("_Py_DumpDecimal", n)
    for width in (1, 2, 16):
        dumped("_Py_DumpHexadecimal", n, width)
for t in ("abc", "a\n\x7f\xe9\u1234\U00012345z", "x" * 600):
    dumped("_Py_DumpASCII", t)

os.environb[b"HOTPY_TEST_A"] = b"3"
os.environb[b"HOTPY_TEST_B"] = b""
os.environb[b"HOTPY_TEST_C"] = b"yes"
get_env = function("_Py_GetEnv", c_char_p, c_int, c_char_p)
raise_flag = function("_Py_get_env_flag", None, c_int, POINTER(c_int), c_char_p)
for name in (b"HOTPY_TEST_A", b"HOTPY_TEST_B", b"HOTPY_TEST_C", b"HOTPY_TEST_D"):
    flag = c_int(2)
    raise_flag(1, byref(flag), name)
    low = c_int(0)
    raise_flag(1, byref(low), name)
    print(get_env(1, name), get_env(0, name), flag.value, low.value)

lookup = function("_PyCodec_LookupTextEncoding", py_object, c_char_p, c_char_p)
encode = function("_PyCodec_EncodeText", py_object, py_object, c_char_p, c_char_p)
decode = function("_PyCodec_DecodeText", py_object, py_object, c_char_p, c_char_p)
for name in (b"utf-8", b"rot13", b"nothing"):
    show(lambda: lookup(name, b"this()").name)
    show(encode, "h\xe9", name, None)
    show(decode, b"ab", name, b"strict")
show(encode, "h\u1234", b"latin-1", b"replace")
decoder = function("_PyCodecInfo_GetIncrementalDecoder", py_object, py_object, c_char_p)(codecs.lookup("utf-8"), b"ignore")
print(decoder.errors, ascii(decoder.decode(b"a\xff\xc3")), ascii(decoder.decode(b"\xa9")))
encoder = function("_PyCodecInfo_GetIncrementalEncoder", py_object, py_object, c_char_p)(codecs.lookup("utf-16"), None)
print(encoder.errors, encoder.encode("a") != encoder.encode("a"))

Wanted = ctypes.PYFUNCTYPE(c_int, py_object, c_void_p)
delete = function("_PyDict_DelItemIf", c_int, py_object, py_object, Wanted, c_void_p)
d = {1: "one", 2: "two"}
for key, answer in ((1, 0), (1, 1), (1, 1), (2, 1)):
    show(delete, d, key, Wanted(lambda value, _: answer), None)
    print(d)
show(delete, [], 1, Wanted(lambda value, _: 1), None)

indices = function("_PySlice_GetLongIndices", c_int, py_object, py_object, POINTER(py_object), POINTER(py_object), POINTER(py_object))
for s, n in ((slice(None), 5), (slice(-3, 99, 2), 10**30), (slice(None, None, -1), 3)):
    a, b, c = py_object(), py_object(), py_object()
    print(indices(s, n, byref(a), byref(b), byref(c)), a.value, b.value, c.value)

Triple = c_ssize_t * 3
for name in ("_Py_add_one_to_index_C", "_Py_add_one_to_index_F"):
    step = function(name, None, c_int, POINTER(c_ssize_t), POINTER(c_ssize_t))
    index = Triple(0, 0, 0)
    seen = []
    for _ in range(13):
        seen.append(tuple(index))
        step(3, index, Triple(2, 3, 2))
    print(name, seen)

scan = function("_PyUnicode_ScanIdentifier", c_ssize_t, py_object)
print([scan(t) for t in ("", "a", "ab c", "1a", "h\xe9l-lo", "_", "a1\u0301")])
cost = function("_Py_UTF8_Edit_Cost", c_ssize_t, py_object, py_object, c_ssize_t)
print([cost(a, b, -1) for a, b in (("", ""), ("", "a"), ("a", "A"), ("Apple", "Aple"), ("abc", "xyz"), ("attribute", "atribute"))])

# Another encoding that the source names.
compiled = function("Py_CompileString", py_object, c_char_p, c_char_p, c_int)
print(ascii(compiled(b"# -*- coding: latin1 -*-\n'\xc2\xa4'\n", b"f", 257).co_consts))
show(compiled, b"\xff = 1\n", b"f", 257)

# Strings that are written afterwards.
import warnings

warnings.simplefilter("ignore")
new = function("PyUnicode_FromUnicode", py_object, c_void_p, c_ssize_t)
wide = function("PyUnicode_AsUnicode", c_void_p, py_object)
ready = function("_PyUnicode_Ready", c_int, py_object)
for text in ("abc", "h\xe9", "\u1234x", "\U00012345"):
    legacy = new(None, len(text))
    ctypes.memmove(wide(legacy), text.encode("utf-32-le"), 4 * len(text))
    print(ascii(legacy), legacy == text, text == legacy, {text: 1}.get(legacy), len(legacy), legacy + "!" == text + "!", legacy.isidentifier(), ready(legacy))
legacy = new(None, 1)
ctypes.memmove(wide(legacy), (0x110000).to_bytes(4, "little"), 4)
show(ready, legacy)
print(new(None, 0) == "", legacy is None)

# What is no function, what is a generator's frame.
for name in ("PyFunction_GetCode", "PyFunction_GetGlobals", "PyFunction_GetModule"):
    show(function(name, py_object, py_object), 5)


def generate():
    yield sys._getframe()


g = generate()
print(function("PyFrame_GetGenerator", py_object, py_object)(next(g)) is g)
show(function("Py_BuildValue", py_object, c_char_p, c_char_p, c_int), b"s#", b"abc", 2)
