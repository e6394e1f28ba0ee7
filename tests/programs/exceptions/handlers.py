# Matching of handlers, exception variables, nesting to depth, exc_info and its restoration, cleanup order.
import sys


def which(exc, *handlers):
    try:
        raise exc
    except handlers as e:
        return f"caught {type(e).__name__}"
    except BaseException as e:
        return f"passed {type(e).__name__}"


class A(Exception): pass
class B(A): pass
class C(B, KeyError): pass
class M(type(Exception)):
    def __subclasscheck__(cls, sub): return True
class Any(Exception, metaclass=M): pass


print(which(B(), A), which(A(), B), which(C(), LookupError), which(C(), A, ValueError), which(KeyboardInterrupt(), Exception), which(SystemExit(), BaseException), which(ValueError(), Any), which(GeneratorExit(), Exception))
print(sys.exc_info())


def nest(n):
    if n == 0:
        return [sys.exc_info()[1].args[0]] if sys.exc_info()[1] else []
    try:
        raise ValueError(n)
    except ValueError as e:
        inner = nest(n - 1)
        assert sys.exc_info()[1] is e
        return inner + [e.args[0], e.__context__.args[0] if e.__context__ else None]


print(nest(5), sys.exc_info())


def restored():
    try:
        raise KeyError(1)
    except KeyError:
        first = sys.exc_info()[1]
        try:
            raise ValueError(2)
        except ValueError:
            second = sys.exc_info()[1]
        return repr(first), repr(second), sys.exc_info()[1] is first, sys.exception() is first


print(restored(), sys.exception())


def in_function(): return sys.exc_info()[0]
def generator(): yield sys.exc_info()[0]; yield sys.exc_info()[0]


try: raise TypeError
except TypeError:
    print(in_function(), next(generator()), [sys.exc_info()[0] for _ in "a"], (lambda: sys.exc_info()[0])())
    class InClass: seen = sys.exc_info()[0]
    print(InClass.seen)


def variable():
    e = "before"
    try: raise ValueError("x")
    except ValueError as e: print("in", e)
    try: print(e)
    except UnboundLocalError as x: print(x)
    try: raise ValueError
    except ValueError as e: e = "rebound"; print(e)
    print("e" in locals())
    try: raise ValueError
    except ValueError as e: del e
    for i in range(2):
        try: raise ValueError(i)
        except ValueError as err: continue
    return "err" in locals()


print(variable())
E1 = "global"
try: raise ValueError
except ValueError as E1: pass
print("E1" in globals())


class Target: pass


def fall_through(x):
    try:
        if x == 0: raise KeyError
        if x == 1: raise ValueError
        if x == 2: raise IndexError
        return "none"
    except KeyError: r = "key"
    except (ValueError, TypeError): r = "value"
    except: r = "bare " + sys.exc_info()[0].__name__
    return r


print([fall_through(i) for i in range(4)])


def cleanup():
    order = []
    class R:
        def __init__(self, n): self.n = n
        def __enter__(self): order.append(f"+{self.n}"); return self
        def __exit__(self, *a): order.append(f"-{self.n}")
        def __del__(self): order.append(f"del{self.n}")
    try:
        with R(1):
            with R(2) as two:
                try: raise ValueError
                finally: order.append("f")
    except ValueError: order.append("handler")
    order.append("after")
    return order


print(cleanup())


def loop_handlers():
    out = []
    n = 0
    while True:
        try:
            n += 1
            if n == 1: continue
            if n == 2: raise KeyError
            if n == 3: raise ValueError
            if n == 4: break
        except KeyError:
            out.append("k"); continue
        except ValueError:
            out.append("v")
        else: out.append("else")
        finally: out.append(n)
        out.append("end")
    return out


print(loop_handlers())


def deep_finally(n):
    log = []
    def go(i):
        try:
            if i == n: raise ValueError(i)
            go(i + 1)
        except ValueError as e:
            log.append(i)
            if i > 1: raise ValueError(i) from e
        finally: log.append(f"f{i}")
    go(0)
    return log


print(deep_finally(4))


def swallowed_by_return():
    for i in range(3):
        try: raise ValueError(i)
        except ValueError: return f"returned {i}"
        finally:
            if i < 1: continue


print(swallowed_by_return())


def traceback_growth():
    e = ValueError()
    for _ in range(3):
        try: raise e
        except ValueError: pass
    n, tb = 0, e.__traceback__
    while tb: n += 1; tb = tb.tb_next
    return n


print(traceback_growth())


def context_cleared():
    try:
        try: raise KeyError("a")
        except KeyError: raise ValueError("b")
    except ValueError as e:
        e.__context__ = None
        try: raise
        except ValueError as again: return again is e, again.__context__


print(context_cleared())


class Handler:
    def __call__(self, *a): return ValueError
    @property
    def kind(self): print("kind evaluated"); return KeyError


h = Handler()
try: raise ValueError
except h.kind: print("no")
except h(): print("called")
for bad in (h, Handler, int, "x", (ValueError, (KeyError,)), (int, ValueError), [ValueError]):
    try:
        try: raise ValueError("original")
        except bad: print("caught")
    except Exception as e:
        print(type(e).__name__, e, repr(e.__context__))
try:
    try: raise ValueError("a")
    except undefined_handler: pass
except NameError as e: print(e, repr(e.__context__))
try:
    raise SystemExit(5)
except SystemExit as e: print(e.code)
