# send, throw and close of what asynchronous generators and coroutines give to be awaited, driven by hand, each from the body of the one before.
import gc, sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
gc.set_threshold(50000)  # a collection goes through all that is under way
sys.setrecursionlimit(DEPTH * 8 + 1000)


def deep(use):
    def down(n):
        if n: use(lambda: down(n - 1))
        else: reached.append(n)
    down(DEPTH)


class Stop:
    def __await__(self): yield "stop"


async def plain(f):
    f()
    yield 1


async def catching(f):
    try: yield 1
    except KeyError:
        f()
        yield 2


async def waiting(f):
    try: await Stop()
    except KeyError: f()
    yield 1


async def twice(f):
    try: yield 1
    except BaseException as e:
        try: await Stop()
        except KeyError: f()
        if isinstance(e, GeneratorExit): raise


async def coroutine(f):
    f()


async def stopped(f):
    try: await Stop()
    except KeyError: f()
    finally: f()


def ends(step, *args):
    try: step(*args)
    except (StopIteration, StopAsyncIteration): return
    raise AssertionError


def started(generator):
    ends(generator.asend(None).send, None)
    return generator


def send(f): ends(plain(f).asend(None).send, None)
def step(f): ends(next, plain(f).__anext__())
def called(f): ends(plain(f).__anext__().__next__)
def throw(f): ends(started(catching(f)).asend(None).throw, KeyError)
def throw_in(f):
    a = waiting(f).asend(None)
    assert a.send(None) == "stop"
    ends(a.throw, KeyError())
def athrow(f): ends(started(catching(f)).athrow(KeyError).send, None)
def athrow_throw(f):
    a = started(twice(f)).athrow(ValueError)
    a.send(None)
    ends(a.throw, KeyError)
def aclose_throw(f):
    a = started(twice(f)).aclose()
    a.send(None)
    ends(a.throw, KeyError)
def default(f): ends(anext(plain(f), 1).send, None)
def default_step(f): ends(next, anext(plain(f), 1))
def default_throw(f):
    a = anext(waiting(f), 1)
    a.send(None)
    ends(a.throw, KeyError)
def wrapper(f): ends(coroutine(f).__await__().send, None)
def wrapper_step(f): ends(next, coroutine(f).__await__())
def wrapper_close(f):
    w = stopped(f).__await__()
    next(w)
    w.close()


reached = []
for use in send, step, called, throw, throw_in, athrow, athrow_throw, default, default_step, default_throw, wrapper, wrapper_step, wrapper_close: deep(use)
DEPTH //= 20  # what is raised again leads to all that was raised before
deep(aclose_throw)
print(len(reached))
