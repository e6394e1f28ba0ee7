# Hooks: audit hooks of Python, and the hooks of sys, which write to a file of Python and show what Python shows. A partial's text.
import functools, sys
from shared.deep import current, deep, reached


class File:
    def write(self, text):
        if self.waits: self.waits.pop()()
        return len(text)
    def flush(self): pass
class Flushes(File):
    def write(self, text): return len(text)
    def flush(self): File.write(self, "")
class Shown(Exception):
    def __str__(self):
        current[-1]()
        return "shown"
class Value:
    def __repr__(self):
        current[-1]()
        return "value"
    def __str__(self):
        current[-1]()
        return "value"


def to(kind, use):
    """With the error stream a file that calls back once for each level."""
    def run(f):
        stderr = sys.stderr
        sys.stderr = file = kind()
        file.waits = [f]
        try: use()
        finally: sys.stderr = stderr
    return run
def ignored(error):
    """What an unraisable exception is reported by."""
    hook, sys.unraisablehook = sys.unraisablehook, taken.append
    try: Dying.error = error; Dying()
    finally: sys.unraisablehook = hook
    return taken.pop()
class Dying:
    def __del__(self): raise self.error
taken = []
def quietly(use):
    """With an error stream that is forgotten."""
    def run(f): to(Quiet, use)(f)
    return run
class Quiet(File):
    def write(self, text): return len(text)


def audit(event, args):
    if event == "recursion.deep": args[0]()
def seen(event, args):
    if event == "import" and args[0].startswith("no_such"): current[-1]()
sys.addaudithook(audit)
def imported(f):
    try: import no_such_module
    except ImportError: pass
def keyed():
    made = partial()
    made.keywords[Value()] = 1
    return made
def partial(*args, **keywords): return functools.partial(len, *args, **keywords)


error, report = ValueError("e"), ignored(ValueError("u"))
for use in (
    lambda f: sys.audit("recursion.deep", f), to(File, lambda: sys.excepthook(ValueError, error, None)), to(Flushes, lambda: sys.excepthook(ValueError, error, None)),
    to(File, lambda: sys.excepthook(ValueError, 1, None)), quietly(lambda: sys.excepthook(Shown, Shown(), None)), to(File, lambda: sys.unraisablehook(report)), to(Flushes, lambda: sys.unraisablehook(report)),
    lambda f: repr(partial(Value())), lambda f: repr(partial(a=Value())), lambda f: f"{partial(Value())!r}", lambda f: repr(keyed()), lambda f: "%r" % partial(Value())):
    deep(use)
sys.addaudithook(seen)
deep(imported)
print(len(reached))
