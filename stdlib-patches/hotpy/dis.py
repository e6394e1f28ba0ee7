"""The code that runs: of functions, of files, and of surrogates, with stack depths, effects and source lines.

    >>> import hotpy.dis
    >>> hotpy.dis.surrogates()              # what stands behind compound operations
    >>> hotpy.dis.replaces("get_iter")
    ('GET_ITER',)
    >>> hotpy.dis.dis("get_iter")           # a surrogate, by its name
    >>> hotpy.dis.dis(f)                    # a function, method, class, generator or code object

The columns are those of the tool `lpy dis`: line, stack depth, effects, jump target, offset, op, argument. Effects: P none, ! raises,
A allocates, R reads, W writes, K writes what guards watch, C enters or leaves a frame, * whatever Python code can do; compound: a
surrogate may take over. `columns=False` gives the layout of the library's `dis`.
"""

import _hotpy
import sys

__all__ = ["surrogates", "replaces", "code_of", "listing", "dis"]


def surrogates():
    """The names of all surrogates, sorted."""
    return sorted(_hotpy.surrogates())


def replaces(name):
    """What a surrogate replaces: a tuple of compound ops, slots and builtins."""
    _hotpy.surrogate(name)
    return _hotpy.declarations(name)


def code_of(x):
    """The code object of a function, method, generator, coroutine or frame, or of a surrogate's name."""
    if isinstance(x, str):
        x = _hotpy.surrogate(x)
    x = getattr(x, "__func__", x)
    for name in ("__code__", "gi_code", "cr_code", "ag_code", "f_code"):
        code = getattr(x, name, None)
        if hasattr(code, "co_code"):
            return code
    if hasattr(x, "co_code"):
        return x
    raise TypeError(f"there is no code in {type(x).__name__} objects")


def _source(code):
    try:
        with open(code.co_filename, encoding="utf-8") as f:
            return f.read()
    except (OSError, ValueError):
        return None


def listing(x, *, columns=True):
    """The listing of one piece of code as a string, with its source lines if they are to be had."""
    code = code_of(x)
    source = _source(code) if columns and not isinstance(x, str) else None
    return _hotpy.disassemble(code, source, columns)


def dis(x, *, columns=True, file=None):
    """Prints the listing of x; of a class, those of all its functions."""
    write = (file or sys.stdout).write
    if not isinstance(x, type):
        write(listing(x, columns=columns))
        return
    for name, value in sorted(vars(x).items()):
        value = getattr(value, "__func__", value)
        if hasattr(value, "__code__"):
            write(f"Disassembly of {name}:\n{listing(value, columns=columns)}\n")
