# Pairs of enumerate and zip, which traces take apart: ends, shared and changed sources, pairs that are kept, numbers that grow.
import sys


def numbered(items):
    total = 0
    for i, item in enumerate(items):
        total += i * item
    return total


for items in ([1, 2, 3], (4, 5), range(6), "", [], {7: 8, 9: 10}, {5}, iter([1, 2])):
    print([numbered(items) if not isinstance(items, str) else numbered([]) for _ in range(60)][-2:])


def letters(text):
    out = []
    for i, c in enumerate(text, 3):
        out.append(c * (i % 3))
    return "".join(out)


print([letters("aé\u20ac\U0001f600z" * 3) for _ in range(50)][-1])


def kept(items):
    pairs = []
    for pair in enumerate(items):
        pairs.append(pair)
    return pairs


print([kept("abc") for _ in range(50)][-1])


def grows(limit):
    items = [0]
    for i, item in enumerate(items):
        if i < limit:
            items.append(item + i)
    return items


print([grows(5) for _ in range(50)][-1])


def shrinks(n):
    items = list(range(n))
    seen = []
    for i, item in enumerate(items):
        seen.append((i, item))
        items.pop()
    return seen, items


print([shrinks(9) for _ in range(50)][-1])


def shared(n):
    source = iter(range(n))
    numbers = enumerate(source)
    out = []
    for i, item in numbers:
        out.append(i - item)
        next(source, None)
        if i == 5:
            next(numbers, None)
    return out, next(numbers, "end"), next(source, "end")


print([shared(30) for _ in range(40)][-1])

big = sys.maxsize - 2


def far(items):
    last = 0
    for i, item in enumerate(items, big):
        last = i
    return last


print([far("abcdef") for _ in range(40)][-1])


def two(a, b):
    out = []
    for x, y in zip(a, b):
        out.append((y, x))
    return out


for a, b in (([1, 2, 3], "abc"), ((1, 2), [3]), ([1], (2, 3)), ("", [1]), (range(4), range(10, 13))):
    print([two(a, b) for _ in range(50)][-1])
rest = iter([1, 2, 3, 4])
print([two(rest, [7]) for _ in range(40)][:5], list(rest))


def kept_pairs(n):
    pairs = []
    for pair in zip(range(n), "abcdefgh"):
        pairs.append(pair)
        a, b = pair
    return pairs, a, b


print([kept_pairs(3) for _ in range(40)][-1])


def strict(a, b):
    n = 0
    for x, y in zip(a, b, strict=True):
        n += x * y
    return n


def refused(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__, str(e)


print([refused(strict, [1, 2], [3, 4]) for _ in range(40)][-1], [refused(strict, [1, 2], [3]) for _ in range(40)][-1])


class Steps:
    def __init__(self, n): self.n = n

    def __iter__(self): return self

    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration
        return self.n


print([list(enumerate(Steps(3))) for _ in range(40)][-1], [numbered(Steps(4)) for _ in range(40)][-1], [two(Steps(3), Steps(2)) for _ in range(40)][-1])
print([sum(i for i, x in enumerate(Steps(5)) if x & 1) for _ in range(40)][-1])


def nested(rows):
    out = 0
    for y, row in enumerate(rows):
        for x, (a, b) in enumerate(zip(row, row[1:])):
            out += (a - b) * x + y
    return out


print([nested([(1, 5, 2), [4, 4], "" or (9,)]) for _ in range(60)][-1])


class Item:
    alive = 0

    def __init__(self): Item.alive += 1

    def __del__(self): Item.alive -= 1


def let_go(n):
    for i, item in enumerate([Item() for _ in range(n)]):
        pass
    return Item.alive, i


print([let_go(7) for _ in range(40)][-1], Item.alive)
