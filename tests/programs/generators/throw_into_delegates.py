# throw() through `yield from`: the handled exceptions that each body sees and that become contexts; delegates that are no generators.
import sys


def chain(e):
    out = []
    while e is not None and len(out) < 9:
        out.append(repr(e))
        e = e.__context__
    return out


def inner():
    try: yield 1
    except ValueError:
        try: raise TypeError("x")
        except TypeError as e: print("inner", chain(e))
        print("handles", sys.exc_info()[0].__name__)
        yield 2
    print("then", sys.exc_info()[0])
    yield 3
    1 / 0


def outer(depth):
    try: raise KeyError(depth)
    except KeyError:
        result = yield from outer(depth - 1) if depth else inner()
        print("outer", depth, result, sys.exc_info()[1])


def tell(call, *args):
    try: print("->", call(*args))
    except BaseException as e: print("!!", chain(e), e.__cause__)


for depth in 0, 1, 4:
    g = outer(depth)
    next(g)
    try: raise OSError
    except OSError:
        tell(g.throw, ValueError)
        print(sys.exc_info()[1].args)
    tell(next, g)
    tell(next, g)
    for thrown in IndexError("i"), IndexError, StopIteration(5):
        g = outer(depth)
        next(g)
        tell(g.throw, thrown)
    g = outer(depth)
    next(g)
    try: raise OSError("outside")
    except OSError: tell(g.throw, IndexError)


class Delegate:
    def __init__(self, answer): self.answer = answer
    def __iter__(self): return self
    def __next__(self): return "next"
    def throw(self, *args):
        print("throw", [a if isinstance(a, type) else repr(a) for a in args], type(sys.exc_info()[1]).__name__)
        if callable(self.answer): return self.answer()
        if isinstance(self.answer, BaseException): raise self.answer
        return self.answer
    def close(self): print("close")


class Closing(Delegate):
    def close(self): raise RuntimeError("in close")


class NoThrow:
    def __iter__(self): return self
    def __next__(self): return "next"


class Odd(NoThrow):
    def __getattr__(self, name):
        print("asked for", name)
        if name == "throw": raise LookupError(name)
        raise AttributeError(name)


def delegating(delegate, depth=0):
    try: raise MemoryError(depth)
    except MemoryError:
        try: result = yield from delegating(delegate, depth - 1) if depth else delegate
        except Exception as e:
            print("caught", depth, chain(e))
            yield "caught"
            raise
        print("result", result)
        yield result
        return "done"


def again():
    try: print("running", g.gi_running, type(g.gi_yieldfrom).__name__)
    except Exception as e: print(type(e))
    try: g.send(None)
    except ValueError as e: print(e)
    return "again"


for depth in 0, 1, 3:
    for answer in "yielded", None, again, StopIteration("value"), StopIteration(), OSError("raised"), GeneratorExit("odd"):
        for thrown in (ValueError,), (ValueError, "v"), (ValueError("v"),), (TypeError, None, None):
            g = delegating(Delegate(answer), depth)
            next(g)
            tell(g.throw, *thrown)
            tell(next, g)
            tell(next, g)
    for delegate in NoThrow(), Odd(), iter([1, 2]), map(abs, [1, 2]):
        g = delegating(delegate, depth)
        print(next(g))
        tell(g.throw, ValueError("v"))
        tell(next, g)
        g = delegating(delegate, depth)
        tell(next, g)
        tell(g.throw, 5)
        g.close()
    for make in Delegate, Closing:
        g = delegating(make("yielded"), depth)
        next(g)
        tell(g.throw, GeneratorExit)
        tell(g.throw, GeneratorExit("again"))
        g = delegating(make("yielded"), depth)
        next(g)
        tell(g.close)


# A delegate whose answer is another generator's, thrown into meanwhile.
def through(n):
    if n: yield from Through(n - 1)
    else:
        try: yield "deep"
        except ValueError as e: yield "deep " + repr(e.__context__)


class Through:
    def __init__(self, n): self.inner = through(n)
    def __iter__(self): return self
    def __next__(self): return next(self.inner)
    def throw(self, *args):
        try: return self.inner.throw(*args)
        finally: log.append(len(args))


log = []
g = through(20)
next(g)
print(g.throw(ValueError), len(log))
tell(next, g)
