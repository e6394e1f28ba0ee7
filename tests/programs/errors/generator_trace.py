# Tracebacks through generators, coroutines and context managers.
class CM:
    def __enter__(self): return self
    def __exit__(self, t, v, tb):
        if t is KeyError: raise ValueError("from exit")


def inner():
    yield 1
    {}["k"]


def delegating():
    with CM():
        yield from inner()


async def coro():
    for x in delegating(): pass


async def outer(): await coro()


outer().send(None)
