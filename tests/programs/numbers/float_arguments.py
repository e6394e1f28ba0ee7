# float(): subclasses, keywords, texts with a __float__, white space.

class F(float): pass
class G(float):
    def __init__(self, x, more=None): self.more = more
for call in (lambda: F(2.5), lambda: F(x=0), lambda: G(2.5, more=3), lambda: float(x=1), lambda: float(1, 2)):
    try:
        f = call()
        print(type(f).__name__, f, getattr(f, "more", None))
    except TypeError as e: print(e)

class Text(str):
    def __float__(self): return float(str(self)) + 1
class Plain(str): pass
class Indexed(str):
    def __index__(self): return 7
print(float(Text("8")), float(Plain("8")), float(Indexed("8")))
for lead in ("", " ", "\t", "\n", "\f", "\v", "\r"):
    for trail in ("", " ", "\f", "\v\t"):
        print(float.fromhex(lead + "-0x.2" + trail), float.fromhex(lead + "nan" + trail), end=" ")
print()
for bad in ("", " ", "\f", "0x", "x", "\v1\v2"):
    try: print(float.fromhex(bad))
    except ValueError as e: print(e)

# bytes() of texts and of lists that change.
class StrWithBytes(str):
    def __bytes__(self): return b"abc"
print(bytes(StrWithBytes("x")), bytes(StrWithBytes("\u20ac"), "iso8859-15"))
for call in (lambda: bytes("x"), lambda: bytes("x", errors="strict"), lambda: bytearray(StrWithBytes("x")), lambda: bytes(1, errors="strict"), lambda: bytes(1, "ascii")):
    try: print(call())
    except TypeError as e: print(e)
class Clears:
    def __index__(self):
        items.clear()
        return 42
for kind in (bytes, bytearray):
    items = [Clears(), Clears()]
    print(kind(items), items)

# A text that formatting leaves as it is.
t = "abcde"
print(["%s" % t is t, "%s" % (t,) is t, "%.5s" % t is t, "%3s" % t is t, "%.10s" % t is t, "%5.5s" % t is t])
print(["%.4s" % t, "%7s" % t, "%-7s|" % t, "%s" % Plain(t), type("%s" % Plain(t)).__name__])
for wrong in ("%s", "%.3s"):
    for args in ((), ("a", "b")):
        try: print(wrong % args)
        except TypeError as e: print(e)
