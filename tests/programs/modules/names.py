# Every name of the builtin modules: what it is, its text signature, the attributes of its classes.
# What is not (yet) there, or is deliberately different, is listed here with the reason; an entry that is no longer true fails the comparison below.
import sys

MODULES = """_abc _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string _thread _warnings _weakref atexit
    builtins errno faulthandler gc itertools marshal posix pwd sys time xxsubtype""".split()

# Attributes that say nothing about the module.
NOT_OURS = {"__loader__", "__spec__", "__doc__", "__module__", "__getattribute__", "__builtins__", "__weakref__"}

ABSENT = {
    # Modules as a whole are absent from MODULES above: _tokenize (a tokenizer of CPython's kind is still missing), _tracemalloc (the allocator
    # does not record who allocates), _ast and _symtable (tests of their own).
    "sys._git": "a fact about CPython's build",
    "sys._home": "set by site in a virtual environment",
    "sys._stdlib_dir": "depends on where the library lies",
    "sys.gettotalrefcount": "only with -X refcounts",
}

# Attributes that a class has of its own in one interpreter and inherits, or does not need, in the other.
INHERITED = {
    "__del__": "finalizers of files show as methods of every class",
    "__getstate__": "files that cannot be pickled say so in each class",
    "__vectorcalloffset__": "an offset into CPython's own structures",
    "__sizeof__": "sizes are those of our own structures",
    "__delattr__": "inherited from object", "__setattr__": "inherited from object",
    "__bytes__": "a proxy's methods are the same for both kinds", "__reversed__": "the same",
    "readable": "both directions in one table", "writable": "the same", "__next__": "the same",
}

def kind(o):
    name = type(o).__name__
    return {"member_descriptor": "data", "getset_descriptor": "data", "method_descriptor": "method", "wrapper_descriptor": "method"}.get(name, name)

def signature(o):
    try:
        return o.__text_signature__
    except AttributeError:
        return None

for name in MODULES:
    module = __import__(name)
    print("==", name, signature(module))
    for n in sorted(vars(module)):
        if n in NOT_OURS or f"{name}.{n}" in ABSENT:
            continue
        o = vars(module)[n]
        print(n, kind(o), signature(o) if not isinstance(o, type) else sorted(m for m in vars(o) if m not in NOT_OURS and m not in INHERITED and m != "__new__") if name != "builtins" and not issubclass(o, BaseException) else "")
