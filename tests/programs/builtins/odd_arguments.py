# Methods of builtin types with arguments that convert badly: what comes out, and in whose words it fails.
import sys


class Index:
    def __index__(self): return 1
class BadIndex:
    def __index__(self): raise ZeroDivisionError("index")
class StrIndex:
    def __index__(self): return "x"
class BadIter:
    def __iter__(self): return 5
class Hint:
    def __length_hint__(self): return -1
    def __iter__(self): return iter((1,))
class Keys:
    def keys(self): return 5
class LazyKeys:
    def keys(self):
        for k in "ab":
            print("key", k)
            yield k
    def __getitem__(self, key):
        print("get", key)
        return key
class KeyFails:
    def keys(self): return ["a", 5]
    def __getitem__(self, key): raise KeyError(key)
class AttrFails:
    def keys(self): raise AttributeError("keys")
class Str(str): pass
class Int(int): pass


def f(*args, **kwargs): return args, kwargs


def show(value):
    if isinstance(value, (tuple, list)): return [show(v) for v in value]
    return value if type(value) in (int, float, str, bytes, bytearray, bool, dict, type(None)) else type(value).__name__


big = 1 << 70
text = Str("ms")
for expression in (
    "'x' in b'abc'", "BadIndex() in b'abc'", "StrIndex() in bytearray(b'abc')", "Index() in b'a\\1'", "300 in b'a'", "big in b'a'",
    "bytes(BadIter())", "bytearray(BadIter())", "bytes(Hint())", "bytearray(Hint())", "bytes(Index())", "bytes(BadIndex())",
    "int.from_bytes(Index())", "int.from_bytes(BadIndex())", "int.from_bytes(BadIter())", "int.from_bytes(Hint())", "int.from_bytes(5)", "int.from_bytes(Int(5))", "int.from_bytes([1, 2])", "int.from_bytes(b'a', None)", "int.from_bytes('a')",
    "[].pop(big)", "[].insert(-big, 1)", "[1].insert(BadIndex(), 1)", "[].pop(1.5)", "bytearray().pop(big)", "'a'.center(big)", "'a'.zfill('1')",
    "[1].__mul__()", "[1].__mul__(1, 2)", "(1,).__rmul__()", "''.__mul__(2, 3, 4)", "[].__imul__()", "(5).__mul__()", "[1].__getitem__()", "[1].__add__(1, 2)",
    "(1).__format__(None)", "'a'.__format__(None)", "object().__format__(None)", "(1.5).__format__(5)", "(1j).__format__(None)", "float.__getformat__(None)", "''.encode(None)", "ExceptionGroup(None, [ValueError()])", "type(sys)(None)", "UnicodeEncodeError(None, 'a', 0, 1, 'r')",
    "slice(1).indices(True)", "slice(None).indices(Int(3))", "slice(True, Int(2), 1).indices(5)",
    "text.format()", "text.format_map({})", "text % ()", "text % {}", "text % 5", "text.partition('x')", "text.rpartition('x')", "text.split('xxx')", "text.split('\\u20ac')", "text.split('x')", "text.rsplit('xxx')", "text.split()", "'{}'.format(text)", "'%s' % text", "Str('{}').format(1)", "Str('}').format()", "Str('%%') % ()",
    "type(iter(text)).__name__", "type(iter('ms')).__name__", "type(iter('\\xe9')).__name__", "iter('abc').__setstate__('x')", "iter(b'abc').__setstate__(1.5)", "iter('abc').__setstate__(big)", "iter((1,)).__setstate__(Index())",
    "None.__ne__(None)", "None.__eq__(None)", "(...).__ne__(...)", "NotImplemented.__ne__(NotImplemented)", "hash(None) == hash(None)", "None.__ne__(5)",
    "{**5}", "{**Keys()}", "{**LazyKeys()}", "{**KeyFails()}", "{**AttrFails()}", "f(**5)", "f(**Keys())", "f(**LazyKeys())", "f(**KeyFails())", "f(**AttrFails())", "f(**{5: 1})", "f(a=1, **{'a': 2})", "f(**{'a': 1}, **{'a': 2})", "dict(Keys())", "dict(LazyKeys())", "{}.update(AttrFails())", "{}.update(KeyFails())",
    "'a'.find(sub='a')", "'a'.find(*(), **{'sub': 1})", "b'a'.startswith(*(), **{'x': 1})", "set().union(*(), **{'x': 1})", "set().update(x=1)", "memoryview(b'').__exit__(*(), **{'x': 1})", "ExceptionGroup('g', [ValueError()]).split(*(), **{'x': 1})", "[].append(*(), **{'x': 1})", "dir(*(), **{'x': 1})",
    "open(1 << 70)", "open(BadIndex())", "open(-1)", "open(1.5)", "open(None)", "open(StrIndex())",
    "[*(lambda: (x for x in 'ab'))().gi_code.co_lines()] != []", "'%i' % 'a'", "b'%i' % 'a'", "b'%u' % b'a'",
    "BaseException.__setattr__(5, 'a', 1)", "ValueError.__delattr__(ValueError(), 'nothing')",
):
    try: print(expression, "=", show(eval(expression)))
    except Exception as e: print(expression, "!", type(e).__name__, e)
for args in ((1, 2, 3, 4), (b"a", 5), ("text", None), (BadIndex(),), ("text",), (None,)):
    data = bytearray(b"kept")
    try: data.__init__(*args)
    except Exception as e: print(type(e).__name__, e, data)
