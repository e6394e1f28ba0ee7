# map, filter, zip, enumerate, reversed as objects: laziness, re-entrancy, StopIteration in callbacks, state after errors.
log = []


def f(x):
    log.append(x)
    return x * 2


m = map(f, [1, 2, 3])
print(log, next(m), log, list(m), log, list(m))


def show(g):
    try: return g()
    except Exception as e: return f"{type(e).__name__}: {e}"


# A callback that uses the very iterator it is called from.
def reenter(x):
    log.append(("in", x))
    r = next(m, "exhausted") if x < 3 else x
    log.append(("out", x))
    return (x, r)


log.clear()
m = map(reenter, [1, 2, 3, 4])
print(list(m), log)
log.clear()
fl = filter(lambda x: (log.append(x), next(fl, None) if x == 1 else True)[1], [1, 2, 3, 4])
print(list(fl), log)
z = zip(iter_a := iter([1, 2, 3, 4]), iter_a)
print(list(z))


class Self:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 4: raise StopIteration
        return (self.n, next(en, "end")) if self.n == 2 else self.n


en = enumerate(Self())
print(list(en))


def stops(x):
    if x == 2: raise StopIteration("from the callback")
    return x


m = map(stops, [1, 2, 3, 4])
print(list(m), list(m), list(m))
fl = filter(stops, [1, 2, 3])
print(list(fl), list(fl))
m = map(stops, [1, 2, 3])
print(next(m), show(lambda: next(m)), next(m), show(lambda: next(m)))


def fails(x):
    if x % 2: raise KeyError(x)
    return x


m = map(fails, range(6))
out = []
while True:
    try: out.append(next(m))
    except KeyError as e: out.append(repr(e))
    except StopIteration: break
print(out)
fl = filter(fails, range(1, 5))
print([show(lambda: next(fl)) for _ in range(4)])
print(list(map(lambda a, b: (a, b), [1, 2, 3], "ab")), list(map(lambda *a: a, [], [1])), list(map(lambda a, b=5: (a, b), [1])), list(zip([1, 2], (3, 4), "ab")), list(map(max, [1, 5], [3, 2])), list(map(lambda: 0, *[])) if 0 else "")
a, b = iter([1, 2, 3]), iter([1])
print(list(zip(a, b)), list(a), list(b))
a, b = iter([1, 2, 3]), iter([1])
print(list(zip(b, a)), list(a))
a, b = iter([1, 2]), iter([1, 2, 3])
print(show(lambda: list(zip(a, b, strict=True))), list(b))


class Lens:
    def __init__(self, n): self.n = n
    def __len__(self): log.append("len"); return self.n
    def __getitem__(self, i): log.append(i); return i if i < self.n else 1 / 0


log.clear()
r = reversed(Lens(3))
print(r.__length_hint__(), list(r), log, r.__length_hint__())
print([type(x).__name__ for x in (map(f, []), filter(f, []), zip(), enumerate([]), reversed([]), reversed(Lens(1)), range(3), iter(range(3)), iter({}), iter(set()))], iter(m) is m, iter(z) is z)
print(list(filter(None, [0, 1, "", "a", [], [0], None, 0.0, True])), list(filter(bool, [0, 2])), list(filter(lambda x: x > 1, (1, 2, 3))), list(filter(str.isalpha, "a1b")), list(filter(int, [0, 1])), list(filter([1, 2].__contains__, range(4))), list(filter(0, [1])) if 0 else "")


class Truth:
    def __init__(self, v): self.v = v
    def __bool__(self):
        if self.v is None: raise ValueError("no truth value")
        return self.v
    def __repr__(self): return f"T{self.v}"


print(list(filter(None, [Truth(True), Truth(False)])), show(lambda: list(filter(None, [Truth(None)]))), list(filter(lambda x: Truth(x % 2 == 0), range(5))), show(lambda: list(filter(lambda x: Truth(None), [1]))))
for name, build in (("any", any), ("all", all)):
    log.clear()
    print(name, build(f(x) for x in (0, 1, 2)), log, show(lambda: build([Truth(None)])), build(map(f, [])), show(lambda: build([1, Truth(None)] if name == "all" else [0, Truth(None)])))
print(show(lambda: sum(map(f, ["a"]))), sum(map(f, [1, 2])), max(map(f, [1, 2])), sorted(map(f, [2, 1])), dict(zip("ab", map(f, [1, 2]))), [*map(f, [1])], {**dict(map(lambda k: (k, 1), "a"))}, "".join(map(str, range(5))), tuple(filter(None, [1])), set(map(abs, [-1, 1])), list(map(list, ["ab"])), list(map(dict, [[("a", 1)]])), list(map(int.__add__, [1], [2])), list(map("{}-{}".format, "ab", "cd")), list(map([10, 20].__getitem__, [1, 0])), list(map(type, [1, "a"])), list(map(str.upper, "ab")), list(map(Truth, [1])), list(map(print, [1, 2])))


class M(map):
    def __next__(self): return ("sub", super().__next__())
class F(filter): pass
class E(enumerate):
    def __init__(self, *a): self.extra = 1
class Z(zip): pass
class R(reversed): pass


print(list(M(str, [1, 2])), list(F(None, [0, 1])), E("ab").extra, list(E("ab", 5)), list(Z("ab", "cd")), list(R([1, 2])), M(str, []).__class__.__name__)


def deep(n): return map(lambda x: x + 1, deep(n - 1)) if n else [0]
def deepf(n): return filter(lambda x: True, deepf(n - 1)) if n else [1]


print(list(deep(50)), list(deepf(50)), list(zip(*[range(3)] * 3)), list(enumerate(enumerate("a"))), list(map(lambda p: p, zip("a", enumerate("b")))))
def gen():
    try:
        yield 1; yield 2
    finally: log.append("closed")
log.clear()
m = map(str, gen()); next(m); del m
print(log)
log.clear()
z = zip(gen(), [1]); print(list(z)); del z
print(log)
it = map(lambda x: it, [1])
print(next(it) is it)
import sys
def frames(x): return sys._getframe(1).f_code.co_name
def caller(): return list(map(frames, [1])), [frames(1)], sorted([1], key=lambda x: print(frames(x)) or x), list(filter(lambda x: print(frames(x)), [1])), max([1], key=frames)
print(caller())
