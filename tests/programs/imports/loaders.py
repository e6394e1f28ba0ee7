# The import machinery seen from Python: specs, finders on sys.meta_path, path hooks' caches, modules built by hand.
import sys
sys.dont_write_bytecode = True
machinery = sys.modules["_frozen_importlib"]
external = sys.modules["_frozen_importlib_external"]
print([f.__name__ if isinstance(f, type) else type(f).__name__ for f in sys.meta_path], machinery.ModuleSpec.__name__, external.PathFinder.__name__, len(sys.path_hooks))


class Loader:
    def __init__(self, source): self.source = source
    def __repr__(self): return "Loader()"
    def create_module(self, spec): print("create", spec.name); return None
    def exec_module(self, module): print("exec", module.__name__); exec(self.source, module.__dict__)


class Finder:
    sources = {"virtual": "x = 1\ny = __name__", "virtual_pkg": "__path__ = []", "virtual_pkg.inner": "z = __package__", "virtual_bad": "1 / 0", "virtual_self": "import virtual_self\nme = virtual_self.__name__"}
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in cls.sources:
            print("find", name, path)
            return machinery.ModuleSpec(name, Loader(cls.sources[name]), origin="memory", is_package=name.endswith("pkg"))


sys.meta_path.insert(0, Finder)
import virtual
import virtual_pkg.inner
from virtual import x, y
import virtual_self
print(virtual, x, y, virtual.__spec__.origin, virtual_pkg.inner.z, virtual.__loader__.source[:5], virtual_self.me, virtual.__spec__)
try: import virtual_bad
except ZeroDivisionError as e:
    tb, n = e.__traceback__, 0
    while tb: n += 1; tb = tb.tb_next
    print("failed", "virtual_bad" in sys.modules, n)
sys.meta_path.remove(Finder)
try: import virtual_gone
except ModuleNotFoundError as e: print(e, e.name)
import virtual
print(virtual.x)
spec = external.PathFinder.find_spec("pkg", [sys.path[0]])
print(spec.name, spec.origin.split("/")[-2:], spec.submodule_search_locations[0].split("/")[-1], spec.has_location, spec.parent, spec.loader.name, spec.loader.is_package("pkg"), type(spec.loader.get_code("pkg")).__name__)
print(external.PathFinder.find_spec("no_such_module_x"), machinery.BuiltinImporter.find_spec("sys").origin, machinery.BuiltinImporter.find_spec("pkg"), machinery.FrozenImporter.find_spec("pkg"))
module = machinery.module_from_spec(spec) if hasattr(machinery, "module_from_spec") else type(sys)("pkg")
print(module.__name__, "value" in vars(module))
loader = external.SourceFileLoader("handloaded", sys.path[0] + "/pkg/counter.py")
spec = external.spec_from_file_location("handloaded", sys.path[0] + "/pkg/counter.py", loader=loader)
module = machinery.module_from_spec(spec)
loader.exec_module(module)
print(module.count, module.__name__, module.__file__.split("/")[-1], "handloaded" in sys.modules, loader.path.split("/")[-1], loader.get_filename().split("/")[-1])
print(external.cache_from_source("/a/b.py"), external.source_from_cache("/a/__pycache__/b.cpython-311.pyc"), external.MAGIC_NUMBER.hex(), external.SOURCE_SUFFIXES, external.BYTECODE_SUFFIXES)
for bad in (lambda: __import__("pkg", level=1), lambda: __import__("x", {"__package__": 5}, level=1), lambda: __import__("x", {"__package__": "nowhere"}, level=1), lambda: __import__("a.b.c"), lambda: __import__(""), lambda: __import__(".x"), lambda: __import__("pkg", fromlist=[5]), lambda: machinery.ModuleSpec(), lambda: external.spec_from_file_location("x"), lambda: external.source_from_cache("/a/b.pyc")):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print(__import__("pkg.sub").__name__, __import__("pkg.sub", fromlist=["x"]).__name__, __import__("pkg", fromlist=["sub"]).sub.__name__)
sys.path_importer_cache.clear()
import pkg.deep
print(any(k.endswith("imports") for k in sys.path_importer_cache), "imports" in sys.path[0], "sys" in sys.builtin_module_names, "builtins" in sys.builtin_module_names, "keyword" in sys.stdlib_module_names)


class Attr:
    """find_spec that is wrong in each possible way."""
    def __init__(self, result): self.result = result
    def find_spec(self, *a):
        if a[0] != "weird": return None
        if isinstance(self.result, Exception): raise self.result
        return self.result


for result in (None, ValueError("finder failed"), ImportError("finder import error"), machinery.ModuleSpec("weird", None), machinery.ModuleSpec("weird", Loader("v = 5"))):
    sys.meta_path.insert(0, Attr(result))
    try:
        import weird
        print("imported", weird, getattr(weird, "v", "nothing"))
    except Exception as e: print(type(e).__name__, e)
    sys.meta_path.pop(0)
    sys.modules.pop("weird", None)
saved = sys.meta_path[:]
sys.meta_path.clear()
try: import something_new
except ImportError as e: print(e)
sys.meta_path[:] = saved
