# throw and close: at the start, suspended, finished, running; caught, changed, ignored; with finally and context.
def gen(log):
    try:
        log.append("start")
        x = yield 1
        log.append(f"got {x}")
        try:
            yield 2
        except KeyError as e:
            log.append(f"caught {e!r}")
            yield "recovered"
        yield 3
    except ValueError as e:
        log.append(f"value {e}")
        return "from except"
    finally:
        log.append("finally")


def attempt(f):
    try:
        return repr(f())
    except BaseException as e:
        return f"{type(e).__name__}({', '.join(map(repr, e.args))})" + (f" value={e.value!r}" if isinstance(e, StopIteration) else "") + (f" cause={e.__cause__!r}" if e.__cause__ else "") + (f" ctx={e.__context__!r}" if e.__context__ else "")


for steps in (0, 1, 2, 3, 9):
    for exc in (ValueError("v"), KeyError("k"), TypeError, StopIteration("si"), GeneratorExit, KeyboardInterrupt()):
        log = []
        g = gen(log)
        for _ in range(steps): next(g, None)
        print(steps, exc if isinstance(exc, type) else repr(exc), attempt(lambda: g.throw(exc)), attempt(lambda: next(g)), log)
for steps in (0, 1, 2, 9):
    log = []
    g = gen(log)
    for _ in range(steps): next(g, None)
    print("close", steps, attempt(g.close), attempt(g.close), attempt(lambda: next(g)), log)


def ignores():
    for _ in range(2):
        try:
            yield "still here"
        except GeneratorExit:
            pass


g = ignores(); next(g)
print(attempt(g.close), attempt(lambda: next(g)))


def raises_on_close():
    try: yield
    finally: raise OSError("in close")


g = raises_on_close(); next(g)
print(attempt(g.close), attempt(g.close))


def returns_on_close():
    try: yield 1
    except GeneratorExit: return "ignored value"


g = returns_on_close(); next(g)
print(attempt(g.close))
for args in ((), (5,), ("x",), (ValueError, "msg"), (ValueError, ValueError("inst")), (ValueError("i"), "second"), (ValueError, None, 5), (ValueError, (1, 2)), (None,), (int,), (ValueError, None, None), (KeyError, TypeError("other"))):
    g = gen([]); next(g)
    print(str(args).replace("<class 'ValueError'>", "VE"), attempt(lambda: g.throw(*args)))


def stop_inside():
    yield 1
    raise StopIteration("inside")


def stop_from_next():
    yield next(iter([]))


for f in (stop_inside, stop_from_next):
    print(attempt(lambda: list(f())))


def running():
    try:
        g.throw(ValueError("self"))
    except ValueError as e:
        yield str(e)
    try:
        g.close()
    except ValueError as e:
        yield str(e)
    try:
        g.send(None)
    except ValueError as e:
        yield str(e)


g = running()
print(list(g))


def context():
    try:
        yield 1
    except ValueError:
        try:
            yield 2
        except TypeError as e:
            yield repr(e.__context__)
        raise


g = context()
print(next(g), g.throw(ValueError("first")), g.throw(TypeError("second")), attempt(lambda: next(g)))
import sys


def handled_state():
    yield sys.exc_info()[0]
    try:
        raise KeyError
    except KeyError:
        yield sys.exc_info()[0]
        yield sys.exc_info()[0]
    yield sys.exc_info()[0]


g = handled_state()
try:
    raise OSError
except OSError:
    print([next(g).__name__, next(g).__name__, sys.exc_info()[0].__name__, next(g).__name__])
print(next(g), sys.exc_info())


def trap():
    try:
        yield 1
    except BaseException as e:
        yield type(e).__name__, e.__traceback__ is not None
    yield 2


g = trap(); next(g)
print(g.throw(SystemExit(3)), next(g))
g = trap()
print(attempt(lambda: g.throw(ValueError("before start"))), attempt(lambda: next(g)))


def with_cm():
    class CM:
        def __enter__(self): print("enter"); return self
        def __exit__(self, *a): print("exit", a[0] and a[0].__name__); return a[0] is KeyError
    with CM():
        yield 1
        yield 2
    yield "after"


g = with_cm(); next(g)
print(attempt(lambda: g.throw(KeyError)), attempt(lambda: next(g)))
g = with_cm(); next(g); g.close()
g = with_cm(); next(g)
del g
print("deleted")


def unraisable():
    try: yield
    finally: print("cleanup on del")


g = unraisable(); next(g); g = None
e = ValueError("reused")
g1, g2 = trap(), trap()
next(g1), next(g2)
print(g1.throw(e), g2.throw(e))


class MyExc(Exception):
    def __init__(self, a, b): super().__init__(a, b)


def catcher():
    while True:
        try: yield
        except Exception as e: print("caught", repr(e))


g = catcher(); next(g)
g.throw(MyExc(1, 2)); g.throw(MyExc, (3, 4)); g.throw(MyExc, MyExc(5, 6))
print(attempt(lambda: g.throw(MyExc)), attempt(lambda: g.throw(MyExc, 7)))
