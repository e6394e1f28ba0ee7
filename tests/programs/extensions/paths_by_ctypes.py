# Paths, lists of wide strings and other small functions of internal headers, through ctypes.
import ctypes, os, sys, tempfile
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ssize_t, c_void_p, c_wchar_p, create_unicode_buffer, py_object

api = ctypes.pythonapi


def function(name, result, *arguments):
    f = getattr(api, name)
    f.restype, f.argtypes = result, arguments
    return f


normal = function("_Py_normpath", c_wchar_p, c_void_p, c_ssize_t)


def normpath(path, size=-1):
    room = create_unicode_buffer(path, len(path) + 1)
    return normal(ctypes.addressof(room), size)


for path in "", ".", "..", "/", "//", "///", "./a", "a/./b", "a//b", "/a/../b", "../a", "a/..", "/..", "//a", "///a", "a/", "./", "./..", "a/../..", "a/../../b", ".//a", "//../a", "a/.", "/.", "...", "a/.../b", "\xe9/../\u1234":
    print(repr(path), repr(normpath(path)))

folder = os.path.realpath(tempfile.mkdtemp())
os.chdir(folder)
os.symlink("target\xe9", "link")
room = create_unicode_buffer(500)
getcwd = function("_Py_wgetcwd", c_void_p, c_void_p, c_size_t)
print(bool(getcwd(ctypes.addressof(room), 500)), room.value == folder, getcwd(ctypes.addressof(room), 3))
readlink = function("_Py_wreadlink", c_int, c_wchar_p, c_void_p, c_size_t)
print(readlink("link", ctypes.addressof(room), 500), ascii(room.value), readlink("link", ctypes.addressof(room), 7), readlink("none", ctypes.addressof(room), 500))
realpath = function("_Py_wrealpath", c_void_p, c_wchar_p, c_void_p, c_size_t)
print(bool(realpath(".", ctypes.addressof(room), 500)), room.value == folder, realpath("none", ctypes.addressof(room), 500))
wfopen = function("_Py_wfopen", c_void_p, c_wchar_p, c_wchar_p)
print(bool(wfopen("made", "w")), sorted(os.listdir()), wfopen("none/none", "r"))


class Wides(ctypes.Structure):
    _fields_ = [("length", c_ssize_t), ("items", POINTER(c_wchar_p))]


append = function("_PyWideStringList_AsList", py_object, POINTER(Wides))
a, b = Wides(), Wides()
texts = (c_wchar_p * 3)("dev", "name=value", "n\xe9=\u1234")
a.length, a.items = 3, texts
print(ascii(append(byref(a))), append(byref(b)))
print(function("_PyWideStringList_Copy", c_int, POINTER(Wides), POINTER(Wides))(byref(b), byref(a)), ascii(append(byref(b))))
option = function("_Py_get_xoption", c_wchar_p, POINTER(Wides), c_wchar_p)
print([ascii(option(byref(b), name)) for name in ("dev", "name", "na", "n\xe9", "value", "")])
function("_PyWideStringList_Clear", None, POINTER(Wides))(byref(b))
print(b.length, append(byref(b)))

to_int = function("_Py_str_to_int", c_int, c_char_p, POINTER(c_int))
for text in b"12", b"-5", b" 7", b"7 ", b"x", b"", b"99999999999", b"+3", b"0x1":
    number = c_int(77)
    print(text, to_int(text, byref(number)), number.value)
print([function("_Py_IsLocaleCoercionTarget", c_int, c_char_p)(name) for name in (b"C.UTF-8", b"C.utf8", b"UTF-8", b"C", b"de_DE.UTF-8")])
from_bytes = function("_PyLong_FromBytes", py_object, c_char_p, c_ssize_t, c_int)
for text, base in (b"123", 10), (b"-ff", 16), (b"12x", 10), (b"", 10), (b"0b11", 0), (b" 7 ", 10):
    try: print(from_bytes(text, len(text), base))
    except ValueError as e: print(e)
print(function("_Py_WriteIndent", c_int, c_int, py_object)(3, sys.stdout), function("_Py_WriteIndentedMargin", c_int, c_int, c_char_p, py_object)(2, b"| ", sys.stdout))
