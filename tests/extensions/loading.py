# Loading: single-phase initialisation, and every way in which it goes wrong.
import sys
import importlib.machinery
import importlib.util
import _imp

folder = sys.argv[1]
print(_imp.extension_suffixes())


def load(name, file="single"):
    path = folder + "/" + file + ".so"
    loader = importlib.machinery.ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def attempt(name, file="single"):
    try:
        module = load(name, file)
    except BaseException as e:
        text = str(e).replace(folder, "FOLDER")
        cause = repr(e.__cause__)
        print(name, type(e).__name__, text, cause, getattr(e, "name", None), str(getattr(e, "path", None)).replace(folder, "FOLDER"))
    else:
        print(name, module.__name__, module.__doc__, sorted(k for k in vars(module) if not k.startswith("__")))
        return module


single = attempt("single")
print(single.twice(21), single.twice("ab"), single.twice.__module__, repr(single.twice))
print("single" in sys.modules, sys.modules["single"] is single)
single.extra = 5
again = load("single")
print(again is single, hasattr(again, "extra"), again.loads)
del sys.modules["single"]
fresh = load("single")
print(fresh is single, hasattr(fresh, "extra"), fresh.loads)
for name in ["silent", "raising", "unreported", "object", "bad_slot", "exec_fails", "exec_silent", "not_there", "pack.single"]:
    attempt(name)
attempt("nothing", "no_such_file")
with open(folder + "/text.so", "w") as f:
    f.write("not a shared object")
attempt("text", "text")
