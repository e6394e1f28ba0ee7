# import statements over builtin modules: every form and error text that needs no file.
import sys
import sys as system, builtins
from sys import maxsize, byteorder as order
from sys import (
    version_info,
    hexversion as hv,
)
print(system is sys, maxsize == 2 ** 63 - 1, order, version_info[:2], hv >> 16 == 0x030B)
print(builtins.len is len, __builtins__ is builtins or __builtins__ is builtins.__dict__)


def attempt(source):
    space = {"__name__": "here"}
    try:
        exec(source, space)
    except Exception as e:
        extra = "".join(f" {k}={getattr(e, k)!r}" for k in ("name", "path", "name_from") if hasattr(e, k)) if isinstance(e, ImportError) else ""
        print(source, "->", type(e).__name__ + ":", str(e).split("(")[0], extra)
    else:
        print(source, "->", sorted(k for k in space if not k.startswith("__")))


attempt("import no_such_module")
attempt("import no_such.package.deep")
attempt("import sys.nothing")
attempt("from sys import nothing_here")
attempt("from sys import path, nothing_here")
attempt("from no_such import x")
attempt("from . import sibling")
attempt("from .. import sibling")
attempt("from .mod import x")
attempt("import builtins as b, sys as s")
attempt("from builtins import len as length, ValueError")
attempt("import sys.path")
attempt("__import__('')")
attempt("__import__(1)")
attempt("__import__('sys', level=-1)")
attempt("__import__('x', level=1)")
attempt("import importlib_no_such")


def local_import():
    import sys
    from builtins import print as p
    p("local", sys is system)
    return sorted(locals())


print(local_import())


class InClass:
    import sys
    from builtins import abs as absolute


print(InClass.sys is sys, InClass().absolute is abs)


def global_import():
    global inner_builtins
    import builtins as inner_builtins


global_import()
print(inner_builtins is builtins)


def star():
    space = {}
    exec("from builtins import *", space)
    return "len" in space, "_" in space, "__import__" in space


print(star())

# import goes through builtins.__import__, with these arguments.
real = builtins.__import__


def spy(name, globals=None, locals=None, fromlist=(), level=0):
    print("import", name, fromlist, level, globals is not None)
    return real(name, globals, locals, fromlist, level)


builtins.__import__ = spy
try:
    import sys
    import sys as y
    from sys import argv
    from sys import path as p, modules as m
finally:
    builtins.__import__ = real
exec("import sys", {"__builtins__": {"__import__": lambda *a: print("own import", a[0], a[3:]) or 42}})
try:
    exec("import sys", {"__builtins__": {}})
except ImportError as e:
    print(e)

# A module is whatever sys.modules holds.
sys.modules["fake"] = "a string"
import fake
print(fake)
sys.modules["fake"] = None
try:
    import fake
except ImportError as e:
    print(type(e).__name__, e)
del sys.modules["fake"]


class Lazy:
    __path__ = []
    def __getattr__(self, name):
        if name.startswith("__"): raise AttributeError(name)
        return "lazy " + name


sys.modules["lazy"] = Lazy()
from lazy import anything, other as alias
import lazy as l
print(anything, alias, l.thing)
sys.modules["lazy.sub"] = "the sub"
from lazy import sub
print(sub)
import lazy.sub as direct
print(direct)
module = type(sys)("handmade", "its doc")
sys.modules["handmade"] = module
module.value = 1
module.__all__ = ["value", "missing"]
attempt("from handmade import *")
module.__all__ = ["value", 5]
attempt("from handmade import *")
del module.__all__
module._hidden = module.shown = 2
attempt("from handmade import *")
module.__getattr__ = lambda name: "dynamic " + name
attempt("from handmade import xyz")
print(module.abc, module)
