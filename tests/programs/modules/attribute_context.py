# What AttributeErrors of Python code know of the look-up that they came from.
import sys
class A:
    blech = 1
    def __getattr__(self, n): raise AttributeError(f"no {n}")
class P:
    blech = 1
    @property
    def bluch(self): raise AttributeError("boo")
class G:
    blech = 1
    def __getattribute__(self, n): raise AttributeError(n)
class D:
    def __get__(self, o, t): raise AttributeError('desc')
class H:
    bluch = D()
class M(type):
    def __getattr__(self, n): raise AttributeError(n)
class C(metaclass=M): pass
class Own(AttributeError): pass
class A2:
    def __getattr__(self, n): raise Own
class A3:
    def __getattr__(self, n): raise AttributeError('x', name='given')
class A4:
    def __getattr__(self, n):
        try: self.xx.yy
        except RecursionError: raise AttributeError('deep') from None
def t(f):
    try: f()
    except AttributeError as e: print(repr(e), repr(e.name), type(e.obj).__name__, e.obj.__name__ if isinstance(e.obj,type) else '', e.__context__)
for X in A,P,G,H,A2,A3:
    x = X()
    t(lambda: x.bluch); t(lambda: x.bluch())
    if hasattr(X, '__getattr__') or X is G: t(lambda: getattr(x, 'bluch'))
    print(getattr(x,'bluch',5), hasattr(x,'bluch'))
t(lambda: C.bluch)
import operator
t(lambda: operator.attrgetter('bluch')(A()))
t(lambda: operator.methodcaller('bluch')(A()))
def g():
    A().bluch
t(lambda: list(map(lambda x:x.bluch,[A()])))
class S:
    def __setattr__(self,n,v): raise AttributeError('ro')
    def __delattr__(self,n): raise AttributeError('ro')
def s(): S().x=1
def d(): del S().x
t(s); t(d)
class Slot: __slots__='blech',
t(lambda: Slot().blech)
def sw():
    with P() as p: pass
try: sw()
except TypeError as e: print(e)
class Mod:
    def __getattr__(self,n): raise AttributeError(n)
def imp():
    import sys; sys.modules['mm']=Mod()
    from mm import zzz
try: imp()
except ImportError as e: print(repr(e))
t(lambda: (lambda a: a.xx)(A()))
class Sup(A):
    def __getattr__(self,n): return super().__getattr__(n)
t(lambda: Sup().bluch)
class R:
    def __getattr__(self,n): raise AttributeError(n)
    def __len__(self): return self.bluch
t(lambda: len(R()))
