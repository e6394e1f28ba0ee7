# Every name of the builtin modules: what it is, its text signature, the attributes of its classes.
# What is not (yet) there, or is deliberately different, is listed here with the reason; an entry that is no longer true fails the comparison below.
import sys

MODULES = """_abc _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string _thread _warnings _weakref atexit
    builtins errno faulthandler gc itertools marshal posix pwd sys time xxsubtype""".split()

# Attributes of every object or module that say nothing about the module.
NOT_OURS = {"__loader__", "__spec__", "__doc__", "__module__", "__getattribute__", "__builtins__", "__weakref__"}

ABSENT = {
    # Modules as a whole are absent from MODULES above: _tokenize (a tokenizer of CPython's kind is still missing), _tracemalloc (the allocator
    # does not record who allocates), _ast and _symtable (tests of their own).
    "sys._git": "a fact about CPython's build",
    "sys._stdlib_dir": "depends on where the library lies",
    "sys.gettotalrefcount": "only with -X refcounts",
    "sys.last_type": "set after an uncaught exception",
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
        print(n, kind(o), signature(o) if not isinstance(o, type) else sorted(m for m in vars(o) if m not in NOT_OURS and m != "__new__") if name != "builtins" and not issubclass(o, BaseException) else "")
