# list += something: the right operand's __radd__ comes first, then its items; what is seen midway.
class Radd:
    def __init__(self, answer): self.answer = answer
    def __iter__(self):
        print("iter")
        yield 1
        yield 2
    def __radd__(self, other):
        print("radd", other)
        return self.answer


class Only:
    def __radd__(self, other): return NotImplemented


class Plain:
    def __iter__(self):
        yield "a"
        print(items)
        yield "b"


class Sub(list):
    pass


class Own(list):
    def __iadd__(self, other):
        print("iadd", type(other).__name__)
        return NotImplemented


def raising():
    yield "first"
    raise OSError("second")


def add(make, other):
    global items
    items = make([0])
    try: items += other
    except Exception as e: print(type(e).__name__, e)
    print(type(items).__name__, items)


class Below(Sub): pass


for make in list, Sub, Own, Below:
    for other in Radd("answer"), Radd(NotImplemented), Only(), Plain(), raising(), (i for i in "xy"), map(str, "12"), [1], (2,), "st", {"k": 1}, 5, None, iter([7]): add(make, other)
items = [1, 2]
items += items
items += iter(items[:1])
print(items)


class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): return 3
    def __eq__(self, other):
        print("eq", self.n, getattr(other, "n", other))
        return self.n == getattr(other, "n", None)


class Set(set): pass


for kind in set, Set, frozenset:
    for other in {3, 4}, frozenset([3, 4]), {Key(1)}, Set([3]), [3]:
        a = kind([3, Key(1)])
        try: a ^= other
        except TypeError as e: print(e)
        print(type(a).__name__, len(a))
