# Functions and data of the C API that no module of the library uses, by way of ctypes.
import collections, ctypes, sys, signal, _signal
api = ctypes.pythonapi
obj = ctypes.py_object

def function(name, result, *args):
    f = getattr(api, name)
    f.restype, f.argtypes = result, args
    return f

def tried(f, *args):
    try: return f(*args)
    except Exception as e: return type(e).__name__, str(e)

text = function('PyErr_ProgramTextObject', ctypes.c_void_p, obj, ctypes.c_int)
def line(*args):
    found = text(*args)
    return ctypes.cast(found, obj).value if found else None
print([line(__file__, n) for n in (1, 2, 3, 0, -1, 10 ** 6)], line('/nowhere', 1), line(5, 1))
by_name = function('PyErr_ProgramText', ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
print(ctypes.cast(by_name(__file__.encode(), 2), obj).value, by_name(b'/nowhere', 1))
print(function('_Py_GetLocaleEncodingObject', obj)())
from_hex = function('_PyBytes_FromHex', obj, obj, ctypes.c_int)
print(from_hex("61 6b", 0), from_hex("616b", 1), tried(from_hex, "x", 0))
print(function('Py_GetPath', ctypes.c_wchar_p)().split(':')[-1] in sys.path)
argc, argv = ctypes.c_int(), ctypes.POINTER(ctypes.c_wchar_p)()
function('Py_GetArgcArgv', None, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.POINTER(ctypes.c_wchar_p)))(argc, argv)
print(argv[:argc.value][1:] == sys.orig_argv[1:])
view = function('_PyDictView_New', obj, obj, obj)
print(view({1: 2}, type({}.keys())), tried(view, 5, type({}.keys())))
print(function('_PyDictView_Intersect', obj, obj, obj)({1: 2}.keys(), [1, 3]))
trace = function('_PyTraceBack_FromFrame', obj, ctypes.c_void_p, obj)
tb = trace(None, sys._getframe())
print(tb.tb_lineno == sys._getframe().f_lineno - 1, tb.tb_next, tb.tb_frame is sys._getframe())

def type_at(name):
    return ctypes.cast(ctypes.addressof(ctypes.c_char.in_dll(api, name)), obj).value
ordered = collections.OrderedDict(a=1)
print(type_at('PyODict_Type') is collections.OrderedDict, type_at('PyODictKeys_Type') is type(ordered.keys()))
print(type_at('PyODictItems_Type') is type(ordered.items()), type_at('PyODictValues_Type') is type(ordered.values()), type_at('PyODictIter_Type') is type(iter(ordered)))
print(type_at('PyStdPrinter_Type').__name__, type_at('_PyBytesIOBuffer_Type').__name__)
print(function('PyODict_New', obj)())

caught = []
signal.signal(signal.SIGINT, lambda *args: caught.append(args[0]))
interrupted = function('PyOS_InterruptOccurred', ctypes.c_int)
print(interrupted(), caught)
class Frozen(ctypes.Structure):
    _fields_ = [('name', ctypes.c_char_p), ('code', ctypes.c_void_p), ('size', ctypes.c_int), ('is_package', ctypes.c_int), ('get_code', ctypes.c_void_p)]
for group in 'Bootstrap', 'Stdlib', 'Test':
    table = ctypes.POINTER(Frozen).in_dll(api, '_PyImport_Frozen' + group)
    names = []
    for entry in table:
        if entry.name is None: break
        names.append((entry.name.decode(), entry.is_package))
    print(group, names)
