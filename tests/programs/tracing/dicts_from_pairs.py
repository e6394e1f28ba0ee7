"""dict() and update() from generators of pairs, of all sorts and lengths; a length compared by identity."""
import warnings

warnings.simplefilter("ignore")


def pairs(n, odd=None):
    for i in range(n):
        yield (i, i * i) if i != 45 or odd is None else odd


class Sub(dict):
    def __setitem__(self, key, value):
        raise AssertionError("not asked")


class Pair:
    def __iter__(self):
        return iter("ab")


for odd in (None, [1, 2], "xy", Pair(), (1,), (1, 2, 3), 5, [], ("k", None), (["unhashable"], 1), {1, 2}):
    for make in (dict, Sub, lambda given: {}.update(given)):
        try:
            made = make(pairs(60, odd))
            print(type(made).__name__, made and len(made), made and made.get(59), made and list(made.items())[44:47])
        except (TypeError, ValueError) as error:
            print(type(error).__name__, error)
print(sum(dict((x, x) for x in range(100))), dict([(str(x), x) for x in range(50)])["49"], len(dict(zip(range(70), pairs(70)))))


def lengths(items):
    found = []
    for x in items:
        found.append(len(x) is 2)
        found.append(3 is not len(x))
        found.append(len((x, x)) is 2)
    return found


print(lengths([(1, 2), "ab", [1], {1: 2, 3: 4}, (), (1, 2, 3)] * 8))
print([len("x" * n) is 256 for n in range(250, 260)], [len([0] * n) is 257 for n in range(255, 259)])
