# __cause__, __context__, __suppress_context__: how they are set and read, explicitly and implicitly.
def show(e, depth=0):
    print("  " * depth + f"{type(e).__name__}{e.args} suppress={e.__suppress_context__}")
    if e.__cause__: print("  " * depth + " cause:"); show(e.__cause__, depth + 1)
    if e.__context__: print("  " * depth + " context:"); show(e.__context__, depth + 1)


def attempt(f):
    try: f()
    except BaseException as e: show(e)


def implicit():
    try: 1 / 0
    except ZeroDivisionError: raise KeyError("k")


def explicit():
    try: 1 / 0
    except ZeroDivisionError as e: raise KeyError("k") from e


def none():
    try: 1 / 0
    except ZeroDivisionError: raise KeyError("k") from None


def other(): raise KeyError("k") from OSError(2, "cause")
def cls(): raise KeyError from OSError


def deep():
    try:
        try:
            try: raise ValueError(1)
            except ValueError: raise TypeError(2)
        except TypeError: raise KeyError(3) from IndexError("four")
    finally:
        raise OSError("five")


def reraised():
    try: raise ValueError(1)
    except ValueError as e:
        try: raise TypeError(2)
        except TypeError: raise e


def same_again():
    e = ValueError("same")
    try: raise e
    except ValueError: raise e


def loop():
    a, b = ValueError("a"), TypeError("b")
    try:
        try: raise a
        except ValueError: raise b
    except TypeError:
        raise a


def after_handler():
    try: raise ValueError
    except ValueError: pass
    raise KeyError("no context")


def in_else():
    try: pass
    except ValueError: pass
    else:
        try: raise KeyError
        finally: raise TypeError("in finally")


def in_with():
    class CM:
        def __enter__(self): pass
        def __exit__(self, *a): raise RuntimeError("exit")
    with CM(): raise ValueError("body")


def in_call():
    def f(): raise IndexError("from handler's call")
    try: {}["k"]
    except KeyError: f()


def in_gen():
    def g():
        try: yield
        except ValueError: raise KeyError("in generator")
    it = g(); next(it)
    try: raise OSError("outside")
    except OSError: it.throw(ValueError("thrown"))


def in_comprehension():
    try: [1 / x for x in (1, 0)]
    except ZeroDivisionError: [{}[k] for k in "a"]


def in_del():
    class D:
        def __del__(self):
            try: raise ValueError("inside del")
            except ValueError: pass
    try: raise KeyError("k")
    except KeyError:
        D()
        raise TypeError("t")


for f in (implicit, explicit, none, other, cls, deep, reraised, same_again, loop, after_handler, in_else, in_with, in_call, in_gen, in_comprehension, in_del):
    print(f.__name__)
    attempt(f)
for source in ("raise KeyError from 5", "raise KeyError from 'x'", "raise 5", "raise None", "raise 'text'", "raise object", "raise (ValueError,)", "raise ValueError, 1" if 0 else "raise [ValueError]", "raise KeyError from int", "raise", "raise type('X', (), {})", "raise type('E', (Exception,), {'__new__': lambda c: 5})", "raise type('E', (Exception,), {'__init__': lambda s: 1 / 0})", "raise ValueError from ValueError('c')", "raise NotImplemented", "raise ..."):
    print(source)
    attempt(lambda: exec(source))
e = ValueError()
e.__cause__ = KeyError("set")
print(e.__suppress_context__, repr(e.__cause__))
e.__suppress_context__ = False
e.__context__ = OSError()
show(e)
e.__cause__ = None
print(e.__suppress_context__, e.__cause__)
for bad in ("e.__cause__ = 5", "e.__context__ = 'x'", "e.__suppress_context__ = 'x'", "e.__traceback__ = 5", "del e.__cause__", "del e.__context__", "del e.__traceback__", "e.with_traceback(5)", "del e.args", "e.args = 5", "e.__suppress_context__ = 2"):
    try:
        exec(bad); print(bad, "fine", e.__suppress_context__, e.args)
    except Exception as x:
        print(bad, type(x).__name__, x)
e.args = [1, 2]
print(e.args, e, repr(e), e.with_traceback(None) is e, e.__traceback__)


def names():
    try:
        raise ValueError("v")
    except ValueError as err:
        inner = err
    try:
        err
    except NameError as x:
        print(type(x).__name__, x)
    return inner.__traceback__.tb_lineno - names.__code__.co_firstlineno


print(names())
