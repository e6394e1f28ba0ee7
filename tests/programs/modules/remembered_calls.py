"""Functions that remember their results (`functools.lru_cache`), called in hot loops: found, not found, forgotten, changed."""

from functools import lru_cache, partial

called = []


@lru_cache
def double(x):
    called.append(x)
    return x + x


@lru_cache(maxsize=3)
def few(x, y=1):
    called.append((x, y))
    return [x, y]


@lru_cache(maxsize=None)
def fails(x):
    called.append(x)
    if x % 5 == 3:
        raise ValueError(x)
    return x


@lru_cache(typed=True)
def kinds(x):
    called.append(x)
    return type(x).__name__


@lru_cache(maxsize=0)
def never(x):
    called.append(x)
    return x


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n

    def __eq__(self, other):
        called.append("eq")
        return self.n == other.n

    @lru_cache
    def method(self, x):
        return self.n * x


def loop(rounds):
    total = 0
    for n in range(rounds):
        total += double(n % 7) + len(double("ab")) + few(n % 3)[0] + few(n % 5, 2)[1]
        try:
            total += fails(n % 6)
        except ValueError as error:
            total += error.args[0]
        total += len(kinds(n % 2)) + len(kinds(1.0)) + len(kinds(True)) + never(n % 3)
        total += double(Key(n % 2)) is None if n < 0 else 0
        total += Key(1).method(3) + partial(double, 4)()
        if n == rounds - 50:
            double.cache_clear()
    return total


for _ in range(3):
    print(loop(200), len(called))
print(double.cache_info(), few.cache_info(), fails.cache_info(), kinds.cache_info(), never.cache_info())
