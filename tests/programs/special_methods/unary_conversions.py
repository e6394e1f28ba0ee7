# Unary operators and conversions: __neg__ __pos__ __abs__ __invert__ __int__ __index__ __float__ __complex__ __bool__ __round__ __trunc__ __floor__ __ceil__.
class All:
    def __init__(self, v): self.v = v
    def _give(self):
        if isinstance(self.v, Exception): raise self.v
        return self.v
    __neg__ = __pos__ = __abs__ = __invert__ = __int__ = __index__ = __float__ = __complex__ = __bool__ = __trunc__ = __hash__ = __len__ = lambda self: self._give()
    __round__ = lambda self, n=None: (self._give(), n) if n is not None else self._give()
    __str__ = __repr__ = __bytes__ = lambda self: self._give()
    def __format__(self, spec): return self._give()


operations = [("-o", None), ("+o", None), ("~o", None), ("abs(o)", None), ("int(o)", None), ("float(o)", None), ("complex(o)", None), ("bool(o)", None), ("round(o)", None), ("round(o, 2)", None),
              ("hash(o)", None), ("len(o)", None), ("str(o)", None), ("repr(o)", None), ("bytes(o)", None), ("format(o)", None), ("[1, 2, 3][o]", None), ("range(o)", None), ("hex(o)", None), ("chr(o)", None),
              ("'a' * o", None), ("f'{o}'", None), ("'%s' % o", None), ("'%d' % o", None), ("1 << o if 0 else bin(o)", None), ("slice(o).indices(5)", None), ("'%f' % o", None), ("[0] * o", None), ("f'{o!r}'", None), ("ascii(o)", None), ("print(end=o)", None)]
for v in (1, True, 2.5, "text", b"bytes", None, 1 + 2j, -3, NotImplemented, ValueError("given"), 10 ** 25):
    print("value", repr(v))
    for text, _ in operations:
        try:
            r = repr(eval(text, {"o": All(v)}))
        except Exception as e:
            r = f"{type(e).__name__}: {e}"
        print("  ", text, "=", r)


class Nothing: pass


print("nothing defined")
for text, _ in operations:
    try:
        r = repr(eval(text, {"o": Nothing()})).split(" at ")[0]
        if text == "hash(o)": r = "some number"
    except Exception as e:
        r = f"{type(e).__name__}: {e}"
    print("  ", text, "=", r)


class Index:
    def __index__(self): return 7


class Trunc:
    def __trunc__(self): return 8


class Sub(int): pass


class IntSub:
    def __int__(self): return Sub(5)
    def __index__(self): return True


class FloatSub:
    def __float__(self): return type("F", (float,), {})(1.5)


for text in ("int(Index())", "float(Index())", "complex(Index())", "round(Index())", "oct(Index())", "range(Index())", "bytes(Index())", "'x' * Index()", "[*range(9)][Index()]", "divmod(Index(), 2)", "Index() + 1",
             "'%d' % Index()", "'%x' % Index()", "'%f' % Index()", "bytearray(Index())", "memoryview(b'12345678')[Index()]", "(1).__index__()", "True.__index__()", "int.__index__(5)", "sum([Index()])", "hex(Sub(255))", "type(int(Sub(3))).__name__",
             "type(+Sub(3)).__name__", "type(Sub(3).__index__()).__name__", "1.5.__trunc__()", "1.5.__round__()", "2.5.__round__()", "(15).__round__(-1)", "(25).__round__(-1)", "(-7).__abs__()", "1.5.__int__()", "1j.__abs__()", "(3).__float__()", "True.__neg__()", "(5).__invert__()", "True.__bool__()", "1.5.__ceil__()", "1.5.__floor__()", "(5).__ceil__()", "(3 + 4j).__complex__()"):
    try:
        print(text, eval(text))
    except Exception as e:
        print(text, type(e).__name__, e)


class Inherit(All): pass


class Override(All):
    def __neg__(self): return "own neg"
    def __int__(self): return 99
    def __bool__(self): return not super().__bool__()


class Blocked(All):
    __neg__ = __int__ = __float__ = __bool__ = __len__ = __hash__ = __str__ = __abs__ = __index__ = None


for cls in (Inherit, Override, Blocked):
    for text in ("-o", "int(o)", "float(o)", "bool(o)", "len(o)", "hash(o)", "abs(o)", "[1, 2][o]", "str(o)", "not o"):
        try:
            print(cls.__name__, text, eval(text, {"o": cls(1)}))
        except Exception as e:
            print(cls.__name__, text, type(e).__name__, e)
o = Nothing()
o.__neg__ = o.__len__ = o.__int__ = o.__bool__ = lambda: 5
for text in ("-o", "len(o)", "int(o)", "bool(o)"):
    try:
        print(text, eval(text))
    except Exception as e:
        print(text, type(e).__name__, e)
