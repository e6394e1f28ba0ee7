# __format__, __str__, __repr__ chosen by each way of formatting; __str__ on exceptions; __fspath__-free conversions; __bytes__.
class All:
    def __repr__(self): return "repr"
    def __str__(self): return "str"
    def __format__(self, spec): return f"format({spec})"
    def __bytes__(self): return b"bytes"


class OnlyRepr:
    def __repr__(self): return "only repr"


class OnlyStr:
    def __str__(self): return "only str"


class Sub(str):
    def __str__(self): return "sub's str"


class Num(int):
    def __str__(self): return "num's str"
    def __format__(self, spec): return "num:" + super().__format__(spec)


ways = ["str(o)", "repr(o).split(' ')[0]", "format(o)", "f'{o}'", "f'{o!s}'", "f'{o!r}'.split(' ')[0]", "f'{o!a:}'.split(' ')[0]", "'{}'.format(o)", "'{!r}'.format(o).split(' ')[0]", "'%s' % o", "'%s' % (o,)", "'%r' % (o,) if 0 else ''", "''.join([str(o)])", "f'{[o]}'.split(' ')[0]", "str([o]).split(' ')[0]",
        "'{0} {0!s}'.format(o)", "f'{o!s:>12}'", "f'{o!s:.3}'", "'%10s|' % (o,)", "'%.2s' % (o,)", "'%-8s|' % (o,)"]
for cls in (All, OnlyRepr, OnlyStr):
    for way in ways:
        try:
            print(cls.__name__, way, eval(way, {"o": cls()}).replace("<__main__.OnlyStr", "<default"))
        except Exception as e:
            print(cls.__name__, way, type(e).__name__, e)
for o in (Sub("text"), Num(42)):
    for way in ("str(o)", "f'{o}'", "format(o, '>10')", "'%s' % o", "''.join(['a', o]) if isinstance(o, str) else ''", "o + o", "f'{o!s}'", "repr(o)", "f'{o:}'", "'{:5}'.format(o)", "'%5s' % o", "type(str(o)).__name__", "print(o) or ''", "'%d' % o if isinstance(o, int) else ''", "[o]"):
        print(way, "=", eval(way))
print(f"{All():spec} {All()!r:>6} {All():{'nested'}} {All():{All()}}", "{:a{}b}".format(All(), "X"), format(All(), "z"), "{0:{1}}".format(All(), "q"))
for bad in ("format(object(), 'x')", "format([], '>5')", "format(None, 's')", "format({}, '<')", "f'{():5}'", "format(1, 2)", "format()", "format(All(), 5)", "format(type('B', (), {'__format__': lambda s, p: 5})(), '')", "format(type('S', (), {'__str__': lambda s: 5})(), '')",
            "'%d' % All()", "'%s %s' % All()", "bytes(OnlyStr())", "str(b'a', 'utf-8', 'strict', 1)", "str(5, 'utf-8')", "str(b'\\xff', 'ascii')", "str(object=5)", "str(b'ab', encoding='ascii')", "str()", "bytes(All())", "bytes(type('B', (), {'__bytes__': lambda s: 'x'})())", "format(1.5, All())", "repr()", "repr(1, 2)", "ascii()", "format(...)", "format(..., 'x')"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class Money:
    def __init__(self, amount): self.amount = amount
    def __format__(self, spec):
        kind, _, rest = spec.partition("|")
        return {"": f"{self.amount}", "eur": f"€{self.amount:{rest or '.2f'}}", "k": f"{self.amount / 1000:{rest}}k"}[kind]


m = Money(12345.678)
print(f"{m} {m:eur} {m:eur|,.1f} {m:k|.1f}", "{0:eur} {0:k|08.2f}".format(m))
try:
    f"{m:unknown}"
except KeyError as e:
    print(repr(e))


class Error(Exception):
    def __str__(self): return "custom text"


class NoStr(Exception): pass


print(Error(1), repr(Error(1)), NoStr(), repr(NoStr()), NoStr(1), NoStr(1, "a"), repr(NoStr("q")), str(KeyError("k")), str(KeyError("a", "b")), repr(OSError(2, "No")), OSError(2, "No", "file"), StopIteration(5), f"{ValueError('f')!r:>20}", SystemExit(3), UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "bad"), UnicodeEncodeError("ascii", "aé", 1, 2, "no"), SyntaxError("msg", ("file", 3, 4, "text")), ImportError("i", name="n"), AttributeError("at"), NameError("n"))


class Attr:
    x = {"k": [10, 20]}
    def __getitem__(self, k): return f"item {k!r}"
    def __getattr__(self, name): return f"attr {name}"


print("{0.x} {0[k]} {0[0]} {0.y.z} {0[a b]} {0.x[k][1]} {a.b!s:.6} {0[-1]}".format(Attr(), a=Attr()) if 0 else "{0.x} {0[k]} {0[0]} {0[a b]} {0.x[k][1]} {a.b!s:.6} {0[-1]}".format(Attr(), a=Attr()))
