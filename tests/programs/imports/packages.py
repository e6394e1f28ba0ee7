# Imports from the program's own folder: packages, submodules, relative imports, __init__, __all__, cycles, reload-free state.
import sys
sys.dont_write_bytecode = True
import pkg
print(pkg.__name__, pkg.__package__, pkg.__doc__, pkg.value, [p.split("/")[-1] for p in pkg.__path__], pkg.__file__.split("/")[-2:], pkg.__spec__.name, pkg.__spec__.parent, pkg.__cached__ is None or pkg.__cached__.split("/")[-1].startswith("__init__"), type(pkg.__loader__).__name__)
import pkg.sub
print(pkg.sub.name, pkg.sub.parent_value, pkg.sub.__name__, pkg.sub.__package__, hasattr(pkg.sub, "__path__"))
from pkg import sub as s, value as v, missing_default
print(s is pkg.sub, v, missing_default)
from pkg.deep import leaf
from pkg.deep.leaf import climb, siblings
print(leaf.__name__, climb(), siblings)
import pkg.deep.leaf as aliased
print(aliased is leaf, sorted(m for m in sys.modules if m == "pkg" or m.startswith("pkg.")))
space = {}
exec("from pkg.stars import *", space)
print(sorted(k for k in space if k != "__builtins__"))
space = {}
exec("from pkg.all_missing import *" , space) if 0 else None


def attempt(source):
    try:
        exec(source, {"__name__": "__main__"})
        print(source, "ok")
    except Exception as e:
        print(source, "->", type(e).__name__, str(e).replace(sys.path[0], "<dir>"), getattr(e, "name", None), (getattr(e, "path", None) or "").replace(sys.path[0], "<dir>"))


attempt("import pkg.nothing")
attempt("from pkg import nothing")
attempt("import pkg.sub.deeper")
attempt("from pkg.all_missing import *")
attempt("import pkg.raises")
print("pkg.raises" in sys.modules)
attempt("import pkg.raises")
attempt("import pkg.bad_syntax")
attempt("from .pkg import x")
attempt("import pkg.imports_missing")
import pkg.cycle_a
print(pkg.cycle_a.result, sys.modules["pkg.cycle_b"].result)
attempt("import pkg.cycle_bad_a")
import namespace_pkg.inner
print(namespace_pkg.inner.where, list(namespace_pkg.__path__)[0].split("/")[-1], namespace_pkg.__file__ if hasattr(namespace_pkg, "__file__") else "no file", repr(namespace_pkg).split(" (")[0], type(namespace_pkg.__path__).__name__, namespace_pkg.__spec__.origin)
import pkg.counter as c1
c1.count += 1
import pkg.counter as c2
print(c1 is c2, c2.count)
del sys.modules["pkg.counter"]
import pkg.counter as c3
print(c3 is c1, c3.count, c1.count, pkg.counter is c3)
from pkg import lazy
print(lazy.anything, lazy.real)
try: lazy.absent
except AttributeError as e: print(e)
attempt("from pkg.lazy import absent")
print(dir(lazy))
m = sys.modules["pkg.replaces"] if "pkg.replaces" in sys.modules else __import__("pkg.replaces", fromlist=["x"])
print(m, type(m).__name__)
print(repr(pkg).replace(sys.path[0], "<dir>"), repr(sys), repr(type(sys)("x")))
import pkg.main_guard
print(__name__, sys.modules["__main__"].__file__.split("/")[-1], __spec__, __package__, sys.path[0].split("/")[-1], sys.argv)
import pkg.encoding_cookie as ec
print(ec.text, ascii(ec.text), ec.__doc__)
import pkg.shadow
print(pkg.shadow.len_result)
