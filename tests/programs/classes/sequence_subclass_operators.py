# Operators of subclasses of sequences, with a right operand that has reflected methods: which slot of the base counts.
class R:
    def __radd__(self, o): return "radd"
    def __rmul__(self, o): return "rmul"
    def __iter__(self): return iter("it")


class N(R):
    def __radd__(self, o): return NotImplemented
    __rmul__ = __radd__


class L(list): pass
class I(list):
    def __iadd__(self, o): return NotImplemented
class A(list):
    def __add__(self, o): return "add"
class T(tuple): pass
class S(str): pass
class Y(bytes): pass
class B(bytearray): pass
class X: pass
class LX(L, X): pass
class XL(X, list): pass
class Below(LX): pass


def t(f):
    try: return f()
    except Exception as e: return f"{type(e).__name__}: {e}"


def iadd(a, b): a += b; return a
def imul(a, b): a *= b; return a


for cls in L, I, A, T, S, Y, B, LX, XL, Below:
    print(cls.__name__)
    for other in R(), N(), 2, None:
        print("   ", t(lambda: cls() + other), t(lambda: iadd(cls(), other)), t(lambda: cls() * other), t(lambda: imul(cls(), other)), t(lambda: other + cls()), t(lambda: other * cls()))
    print("   ", t(lambda: cls() + cls()), t(lambda: iadd(cls(), cls())), t(lambda: iadd(cls(), "ab")), t(lambda: iadd(cls(), [1])))
