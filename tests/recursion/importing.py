# What imports run: finders, loaders, the bodies of modules, relative imports, `from m import *`; builtins that are a mapping of Python; exception groups.
import builtins, importlib, importlib.abc, importlib.util, io, sys, types, warnings
from shared.deep import current, deep, reached


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules called down_N, each of which runs what waits at the moment."""
    def find_spec(self, name, path, target=None):
        if not name.startswith("down_"): return None
        return importlib.util.spec_from_loader(name, self, is_package=name.startswith("down_package"))
    def create_module(self, spec):
        if spec.name.startswith("down_created"): current[-1]()
        return None
    def exec_module(self, module):
        if not module.__name__.startswith("down_created"): current[-1]()
        module.x = 1
sys.meta_path.insert(0, Finder())
import _warnings


def forget():
    for name in [name for name in sys.modules if name.startswith("down_")]: del sys.modules[name]
def statement(f): exec("import down_%d" % len(current))
def created(f): exec("import down_created%d" % len(current))
def named(f): exec("from down_%d import x" % len(current))
def all_names(f): exec("from down_%d import *" % len(current), {})
def submodule(f): exec("from down_package%d import down_sub" % len(current)) if len(current) < 0 else __import__("down_package%d" % len(current))
def function(f): __import__("down_%d" % len(current))
def by_name(f): importlib.import_module("down_%d" % len(current))


class Module(types.ModuleType):
    def __getattribute__(self, name):
        if name == "x": current[-1]()
        return types.ModuleType.__getattribute__(self, name)
starred = Module("starred")
starred.__all__ = ["x"]
starred.x = 1
sys.modules["starred"] = starred
class Names(types.ModuleType):
    @property
    def __all__(self):
        current[-1]()
        return ()
sys.modules["names"] = Names("names")


class Builtins(dict):
    def __getitem__(self, key):
        current[-1]()
        return dict.__getitem__(self, key)
    def __missing__(self, key): raise KeyError(key)
mapping = Builtins(vars(builtins))
loads = types.FunctionType(compile("def f(): return len", "f", "exec").co_consts[0], {"__builtins__": mapping})
code = compile("len", "code", "eval")
classes = compile("class C: pass", "code", "exec")


class Group(ExceptionGroup):
    def derive(self, excs):
        current[-1]()
        return Group(self.message, excs)
class Own(ExceptionGroup):
    def split(self, kind):
        current[-1]()
        return None, self
def group(kind=Group): return kind("g", [ValueError(1), kind("h", [TypeError(2), ValueError(3)])])
def caught(f):
    try: raise group()
    except* TypeError: pass
    except* ValueError: pass
def split_by_own(f):
    try:
        try: raise group(Own)
        except* TypeError: pass
    except ExceptionGroup: pass
def raised_again(f):
    try:
        try: raise group()
        except* TypeError as e: raise
    except ExceptionGroup: pass


class Warns(UserWarning):
    def __str__(self):
        current[-1]()
        return "w"
class File:
    def write(self, text): current[-1]()
    def flush(self): pass
    def readline(self):
        current[-1]()
        return "line\n"
    def fileno(self): raise OSError
def quietly(use):
    def run(f):
        stdout, stdin, showing = sys.stdout, sys.stdin, warnings.showwarning
        sys.stdout, sys.stdin = File(), File()
        try: use(f)
        finally: sys.stdout, sys.stdin = stdout, stdin
    return run
def shown(*args, **kwargs): current[-1]()
warnings.showwarning = shown
warnings.simplefilter("always")
class Value:
    def __repr__(self):
        current[-1]()
        return "value"
listed = types.ModuleType("listed")
listed.__dir__ = lambda: current[-1]() or []
sys.breakpointhook = lambda: current[-1]()


for use, part in (statement, 1), (function, 1), (created, 10), (named, 10), (all_names, 10), (submodule, 10), (by_name, 10):
    deep(use, part)
    forget()
for use in (
    lambda f: exec("from starred import *", {}), lambda f: exec("from names import *", {}), lambda f: loads(), lambda f: eval(code, {"__builtins__": mapping}),
    lambda f: exec(classes, {"__builtins__": mapping, "__name__": "m"}),
    lambda f: group().split(lambda e: not f() and isinstance(e, TypeError)), lambda f: group().subgroup(lambda e: not f() and isinstance(e, TypeError)),
    lambda f: group().split(TypeError), caught, split_by_own, raised_again,
    lambda f: warnings.warn("w"), lambda f: warnings.warn(Warns()), lambda f: warnings.warn_explicit("w", UserWarning, "f", 1),
    quietly(lambda f: input()), quietly(lambda f: sys.displayhook(Value())), lambda f: dir(listed), lambda f: listed.__dir__(), lambda f: breakpoint()):
    deep(use)
print(len(reached))
