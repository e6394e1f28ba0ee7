"""Runs a program again and again in this process; prints two lines at the end: the total of references after each run,
and the number of memory blocks in use.

usage: refleak.py PROGRAM WARM RUNS
"""

import sys


class Sink:
    """A standard stream that goes nowhere."""

    buffer = None
    encoding, errors, name, mode, newlines, line_buffering, closed = "utf-8", "strict", "<sink>", "w", None, False, False

    def write(self, text): return len(text)
    def writelines(self, lines): pass
    def flush(self): pass
    def fileno(self): return 1
    def isatty(self): return False
    def writable(self): return True
    def readable(self): return False
    def __getattr__(self, name): raise AttributeError(name)


def once(code, path):
    """One run, with what programs change put back."""
    kept = {name: getattr(sys, name) for name in KEPT if hasattr(sys, name)}
    modules = set(sys.modules)
    limit = sys.getrecursionlimit()
    # A program that fails on purpose ends here; what it raised goes away with it.
    try:
        exec(code, {"__name__": "__main__", "__file__": path, "__builtins__": __builtins__})
    except BaseException:
        pass
    sys.setrecursionlimit(limit)
    for name in KEPT:
        if name in kept: setattr(sys, name, kept[name])
        elif hasattr(sys, name): delattr(sys, name)
    for name in set(sys.modules) - modules: del sys.modules[name]


KEPT = ("stdout", "stderr", "stdin", "excepthook", "displayhook", "unraisablehook", "argv", "last_type", "last_value", "last_traceback", "meta_path", "path_hooks")


def main():
    path, warm, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    real = sys.stdout
    with open(path, "rb") as file:
        source = file.read()
    try:
        code = compile(source, path, "exec")
    except SyntaxError:
        code = compile("", path, "exec")
    try:
        import gc
        collect = gc.collect
    except ImportError:
        collect = lambda: None
    total = getattr(sys, "gettotalrefcount", lambda: 0)
    blocks = getattr(sys, "getallocatedblocks", lambda: 0)
    totals, used = [0] * (warm + runs), [0] * (warm + runs)
    sys.stdout = sys.stderr = Sink()
    sys.argv = [path]
    # The cache of attributes of types holds on to the names last looked up.
    forget = getattr(sys, "_clear_type_cache", lambda: None)
    for i in range(warm + runs):
        once(code, path)
        forget()
        collect()
        collect()
        totals[i], used[i] = total(), blocks()
    sys.stdout = real
    # Each run but the first few adds two ints, the measurements themselves: their blocks are taken off.
    print("\n" + " ".join(map(str, totals)))
    print(" ".join(str(u - 2 * i) for i, u in enumerate(used)))


main()
