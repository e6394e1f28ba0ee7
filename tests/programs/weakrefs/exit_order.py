# What is finalised at the end of the program, and in which order: module globals, atexit-free, del during shutdown.
import sys


class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)


first = D("first global")
second = D("second global")
_private = D("private global: goes first")
holder = [D("in list 1"), D("in list 2")]
shared = alias = D("two names")
func_default = lambda x=D("default argument"): x
closure = (lambda v: lambda: v)(D("closed over"))


class Klass:
    attr = D("class attribute")
    def __del__(self): print("instance of Klass")


inst = Klass()
gen = (lambda: (yield D("yielded")))()
held = next(gen)


def suspended():
    local = D("generator local")
    try: yield
    finally: print("generator closed")


g = suspended()
next(g)


class UsesGlobals:
    """Module globals are still there, or None, when this runs: both are fine as long as nothing crashes."""
    def __del__(self):
        name = globals().get("first", "missing") if "globals" in dir(__builtins__) or True else None
        print("uses globals:", isinstance(name, (D, str, type(None))))


uses = UsesGlobals()
dictionary = {"k": D("dict value"), D("dict key"): 1}
tup = (D("tuple a"), D("tuple b"))
mod = type(sys)("handmade")
mod.x = D("attribute of a module object")
print("end of the program text")
sys.stdout.flush()
