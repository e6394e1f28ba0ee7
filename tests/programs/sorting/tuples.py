"""Tuples are sorted by values of their items, whatever these are, stably."""
import math
import random

random.seed(7)
N = 60


class Text(str):
    pass


def numbers():
    return random.randint(-3, 3)


def floats():
    return random.choice([0.0, -0.0, 1.5, -2.5, math.inf, -math.inf, 1e-310, -1e-310, 3e300])


def latin():
    return random.choice(["", "\0", "a", "a\0", "ab", "abcdefgh", "abcdefghi", "abcdefgh\xff", "\xff", "\xe9t\xe9"])


def text():
    return random.choice(["", "a", "\u0100", "abcdefgh\u0101", "abcdefgh", "\U0001f600", "\uffff", "a\u0100"])


def big():
    return random.choice([2**30, 2**30 - 1, -2**30, 1 - 2**30, 0, 1])


def nan():
    return random.choice([math.nan, 1.0, 2.0, -1.0, float("nan")])


def truth():
    return random.choice([True, False, 1, 0, 2])


def subclass():
    return random.choice([Text("a"), "b", "a", Text("c")])


MAKERS = [numbers, floats, latin, text, big, truth, subclass, nan]
for first in MAKERS:
    for second in MAKERS:
        rows = [(first(), second()) for _ in range(N)]
        keys = list(rows)
        for reverse in (False, True):
            indices = sorted(range(N), key=keys.__getitem__, reverse=reverse)
            print(first.__name__, second.__name__, reverse, *indices)
        rows.sort()
        print(repr(rows[:3]), repr(rows[-3:]))

# Of different lengths, with more than two items, and with equal ones.
for width in (1, 2, 3, 4):
    rows = [tuple(random.choice([-1, 0, 1]) for _ in range(random.randint(1, width))) for _ in range(N)]
    print(*sorted(range(N), key=rows.__getitem__))
    rows = [tuple(random.choice(["", "a", "b"]) for _ in range(random.randint(1, width))) for _ in range(N)]
    print(*sorted(range(N), key=rows.__getitem__))
    rows = [tuple(random.choice([float(x), x / 3]) for x in range(random.randint(1, width))) for _ in range(N)]
    print(*sorted(range(N), key=rows.__getitem__))
rows = [tuple(random.choice([0, 1]) for _ in range(random.randint(0, 2))) for _ in range(N)]
print(*sorted(range(N), key=rows.__getitem__))

# What cannot be compared says so, if it is asked.
for odd in (None, "x", 1j):
    rows = [(i, i) for i in range(N)] + [(3, odd)]
    try:
        print(sorted(rows)[:4])
    except TypeError as error:
        print(error)
rows = [(i, None) for i in range(N)]
random.shuffle(rows)
print(sorted(rows)[:3])
shared = object()
rows = [(0, shared)] * N
print(len(sorted(rows)))
