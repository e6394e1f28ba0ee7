# functools.reduce, zip(strict=True) and list += over iterators of Python: order of calls, ends, errors.
import functools


class Steps:
    def __init__(self, name, n, fail=None):
        self.name, self.n, self.fail, self.at = name, n, fail, 0

    def __iter__(self):
        print("iter", self.name)
        return self

    def __next__(self):
        print("next", self.name, self.at)
        if self.at == self.fail:
            raise KeyError(self.name)
        if self.at == self.n:
            raise StopIteration
        self.at += 1
        return self.at


def attempt(what):
    try:
        print("->", what())
    except Exception as error:
        print("->", type(error).__name__, error, type(error.__context__).__name__)


def add(a, b):
    print("add", a, b)
    return a + b


for arguments in (add, Steps("a", 3)), (add, Steps("b", 0)), (add, Steps("c", 0), 5), (add, Steps("d", 2), 5), (add, Steps("e", 3, 1)), (add, 7), (add, []):
    attempt(lambda: functools.reduce(*arguments))

for shape in (2, 2), (2, 1), (1, 2), (2, 2, 1), (2, 2, 3), (0, 1), (1, 0), (3, 3, 3), (1,):
    attempt(lambda: list(zip(*(Steps(i, n) for i, n in enumerate(shape)), strict=True)))
    attempt(lambda: list(zip(*(Steps(i, n) for i, n in enumerate(shape)))))
attempt(lambda: list(zip(Steps("x", 2), Steps("y", 2, 1), strict=True)))


def extended(source):
    items = same = [0]
    try:
        items += source
    finally:
        print("so far", same)
    return items is same


for source in Steps("f", 2), Steps("g", 3, 2), 5, "ab", {1: 2}:
    attempt(lambda: extended(source))


class Lazy:
    @property
    def value(self):
        print("value")
        return 3

    def __getattr__(self, name):
        print("missing", name)
        raise AttributeError(name)


attempt(lambda: getattr(Lazy(), "value"))
attempt(lambda: getattr(Lazy(), "other"))
attempt(lambda: getattr(Lazy(), "other", 8))
