# What native code asks Python midway: the order of questions, what they see, what they change meanwhile, and what exceptions come to.
import sys


def note(*what): print(*what)


class Num:
    def __init__(self, n, log=True): self.n, self.log = n, log
    def __index__(self):
        note("index", self.n)
        return self.n
    def __bool__(self):
        note("bool", self.n)
        return bool(self.n)
class Bad:
    def __index__(self): raise LookupError("bad")
    __bool__ = __lt__ = lambda self, *a: self.__index__()


class Item:
    def __init__(self, n): self.n = n
    def __repr__(self): return "i%d" % self.n
    def __eq__(self, o):
        note("eq", self, o)
        return self.n == o.n
    def __lt__(self, o):
        note("lt", self, o)
        return self.n < o.n
    def __gt__(self, o):
        note("gt", self, o)
        return self.n > o.n
    __hash__ = None


# sorting: compared by what lies in tuples and lists
def shown(use):
    try: print("->", use())
    except Exception as e: print("!", type(e).__name__, e, "|", type(e.__context__).__name__, type(e.__cause__).__name__)


rows = [(2, Item(3)), (1, Item(2)), (1, Item(1)), [1, Item(2)][:0] or (2, Item(0))]
for options in {}, {"reverse": True}, {"reverse": Num(1)}, {"reverse": 0}, {"reverse": Bad()}, {"reverse": 10 ** 30}, {"reverse": None}, {"reverse": "x"}:
    copy = rows[:]
    shown(lambda: copy.sort(**options))
    print(copy)
    shown(lambda: sorted(rows, **options))
shown(lambda: sorted(rows, key=lambda r: [r[1]], reverse=Num(0)))
shown(lambda: sorted([(1, Bad()), (1, Bad()), (0, 0)]))
copy = [(1, Bad()), (1, Bad()), (0, 0)]
shown(copy.sort)
print([c[0] for c in copy])
for f in min, max: shown(lambda: f(rows)), shown(lambda: f(*rows)), shown(lambda: f(iter(rows))), shown(lambda: f([(1, Bad()), (1, 2)]))


class Grows:
    def __init__(self, all): self.all = all
    def __lt__(self, o):
        note("looks", len(self.all))
        self.all.append(1)
        return False
grown = []
grown += [(1, Grows(grown)), (1, Grows(grown))]
shown(grown.sort)
print(len(grown))
shown(lambda: [(1, 2), (1, "a")].sort())
stable = [(1, [0, "b"]), (0, [0, "a"]), (1, [0, "a"]), (1, [0, "b"])]
stable.sort(), print(stable)


# numbers as arguments
for text, part, other in ("abcabc", "b", "x"), (b"abcabc", b"b", b"x"), (bytearray(b"abcabc"), b"b", b"x"):
    for name, args in ("find", (part, Num(2))), ("count", (part, Num(0), Num(3))), ("split", (part, Num(1))), ("replace", (part, other, Num(1))), \
            ("startswith", (part, Num(1), Num(5))), ("splitlines", (Num(0),)), ("rindex", (part, Num(-9))), ("find", (part, Bad())), ("rsplit", (part, Bad())), \
            ("find", (part, "1")), ("replace", (part, other, 1.5)), ("center", (Num(9), other)), ("zfill", (Bad(),)):
        shown(lambda: getattr(text, name)(*args))
for args in ([Num(1), Num(2)], "big"), ([Num(300)], "big"), ([Bad()], "big"), (Num(3), "big"), (b"ab", Num(3)), (b"\xff", "little", Num(1)), ([1, 2],), ("a", "big"), (5, "big"):
    shown(lambda: int.from_bytes(*args))
    shown(lambda: int.from_bytes(*args[:2], signed=Num(1)))
shown(lambda: int.from_bytes(signed=Num(0), byteorder="big", bytes=iter([Num(1), Num(2)])))
shown(lambda: int.from_bytes(b"a", "big", signed=Bad()))
class Int(int):
    def __new__(cls, n):
        note("new", n)
        return int.__new__(cls, n)
shown(lambda: Int.from_bytes([Num(7)], "big") + 1)
shrinks = [0]
class Clears:
    def __index__(self):
        shrinks.clear()
        return 9
shrinks += [Clears(), Num(4)]
shown(lambda: int.from_bytes(shrinks, "big"))
shown(lambda: "abc".translate(type("T", (), {"__getitem__": lambda s, k: note("item", k) or (None if k == 98 else k + 1)})()))
shown(lambda: sys.getsizeof(type("S", (), {"__sizeof__": lambda s: note("sizeof") or Bad().__index__()})(), 5))
shown(lambda: sys.getsizeof(type("S", (), {"__sizeof__": lambda s: "x"})(), 5))
shown(lambda: vars(type("V", (), {"__dict__": property(lambda s: note("dict") or 3)})()))
shown(lambda: vars(1))


# views
def items(*all):
    for i in all:
        note("item", i)
        yield i
d = {1: 10, 2: 20, 3: 30}
for view, all in (d.keys(), (1, 5, 3, 1)), (d.items(), ((1, 10), (2, 9), 7)):
    for use in (lambda: view & items(*all), lambda: view | items(*all), lambda: view - items(*all), lambda: view ^ items(*all), lambda: items(*all) & view,
                lambda: items(*all) - view, lambda: view.isdisjoint(items(*all)), lambda: view & 5, lambda: 5 & view, lambda: view & items([]),
                lambda: [] | view, lambda: view - list(all), lambda: {1} & view, lambda: view & {1}, lambda: view.isdisjoint(5)):
        shown(lambda: sorted(r, key=repr) if isinstance(r := use(), set) else r)
class Ops:
    def __rand__(self, o): return "rand"
    def __and__(self, o): return "and"
    def __iter__(self): return items(1)
class Sub(set): __rand__ = Ops.__rand__
shown(lambda: d.keys() & Ops()), shown(lambda: Ops() & d.keys()), shown(lambda: d.keys() & Sub()), shown(lambda: d.keys() - Ops())
changing = {1: 1}
def adds():
    changing[2] = 2
    yield 2
shown(lambda: changing.keys() & adds())
