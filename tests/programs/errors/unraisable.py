# Exceptions that cannot be raised: in __del__, in weak reference callbacks, in generators' cleanup; reported, not fatal.
import sys


class D:
    def __del__(self): raise ValueError("in del")
    def __repr__(self): return "<D>"


def hook(u): print("unraisable", type(u.exc_value).__name__, u.exc_value, u.err_msg, str(u.object).split(" at 0x")[0], u.exc_traceback is not None, u.exc_type.__name__)


sys.unraisablehook = hook
D()


def gen():
    try: yield
    finally: raise KeyError("in generator cleanup")


g = gen(); next(g); del g
class C: pass
import _weakref
c = C()
r = _weakref.ref(c, lambda r: 1 / 0)
del c
def bad(u): raise TypeError("hook fails")
print("still running")
sys.unraisablehook = lambda u: None
D()
sys.unraisablehook = sys.__unraisablehook__
def name_only(): raise OSError("named")
class E:
    def __del__(self): name_only()
    def __repr__(self): return "<E instance>"
E.__del__.__qualname__ = "E.del"
print("end")
