# Generators at work: pipelines, coroutines by send, schedulers, tree walks, infinite streams, context helpers.
def numbers(text):
    for line in text.splitlines():
        for word in line.split():
            try: yield int(word)
            except ValueError: yield None


def drop_none(it): return (x for x in it if x is not None)
def pairwise(it):
    it = iter(it)
    for prev in it: break
    else: return
    for x in it:
        yield prev, x
        prev = x


def running(it, f=lambda a, b: a + b):
    acc = None
    for x in it:
        acc = x if acc is None else f(acc, x)
        yield acc


def window(it, n):
    buf = []
    for x in it:
        buf.append(x)
        if len(buf) == n:
            yield tuple(buf)
            del buf[0]


text = "1 2 x\n3\n\n4 five 6"
print(list(numbers(text)), list(running(drop_none(numbers(text)))), list(pairwise(drop_none(numbers(text)))), list(window("abcde", 3)), list(running([3, 1, 4], max)), list(pairwise([])))


def coroutine(f):
    def start(*a):
        g = f(*a)
        next(g)
        return g
    return start


@coroutine
def sink(out):
    while True: out.append((yield))


@coroutine
def broadcast(*targets):
    while True:
        v = yield
        for t in targets: t.send(v)


@coroutine
def filtered(pred, target):
    try:
        while True:
            v = yield
            if pred(v): target.send(v)
    except GeneratorExit:
        target.send("closing")


evens, alls = [], []
b = broadcast(filtered(lambda v: isinstance(v, int) and v % 2 == 0, sink(evens)), sink(alls))
for i in range(6): b.send(i)
b.close()
print(evens, alls)


def task(name, n):
    for i in range(n):
        print(name, i, end="; ")
        got = yield
        if got: print("msg", got, end="; ")
    return f"{name} done"


def scheduler(*tasks):
    queue = [(t, None) for t in tasks]
    while queue:
        t, msg = queue.pop(0)
        try: t.send(msg)
        except StopIteration as e: print(e.value, end="; ")
        else: queue.append((t, None if msg else "hi"))


scheduler(task("A", 3), task("B", 1), task("C", 2))
print()


class Node:
    def __init__(self, v, *kids): self.v, self.kids = v, kids
    def depth_first(self):
        yield self.v
        for k in self.kids: yield from k.depth_first()
    def breadth_first(self):
        queue = [self]
        while queue:
            n = queue.pop(0)
            yield n.v
            queue.extend(n.kids)
    def paths(self, prefix=()):
        path = prefix + (self.v,)
        if not self.kids: yield path
        for k in self.kids: yield from k.paths(path)


t = Node("a", Node("b", Node("d"), Node("e", Node("g"))), Node("c", Node("f")))
print("".join(t.depth_first()), "".join(t.breadth_first()), ["".join(p) for p in t.paths()])


def permutations(items):
    if len(items) <= 1: yield list(items)
    else:
        for i in range(len(items)):
            for rest in permutations(items[:i] + items[i + 1:]): yield [items[i]] + rest


def combos(items, k):
    if k == 0: yield []
    elif items:
        for c in combos(items[1:], k - 1): yield [items[0]] + c
        yield from combos(items[1:], k)


print(len(list(permutations([1, 2, 3, 4]))), list(permutations("abc"))[3], list(combos("abcd", 2)), sum(1 for _ in combos(range(8), 4)))


def sieve():
    def integers(n):
        while True:
            yield n
            n += 1
    def strike(it, p): return (x for x in it if x % p)
    it = integers(2)
    while True:
        p = next(it)
        yield p
        it = strike(it, p)


s = sieve()
print([next(s) for _ in range(20)])


def merge(a, b):
    a, b = iter(a), iter(b)
    x, y = next(a, None), next(b, None)
    while x is not None and y is not None:
        if x <= y: yield x; x = next(a, None)
        else: yield y; y = next(b, None)
    while x is not None: yield x; x = next(a, None)
    while y is not None: yield y; y = next(b, None)


def hamming():
    out, i2, i3, i5 = [1], 0, 0, 0
    while True:
        yield out[-1]
        n = min(out[i2] * 2, out[i3] * 3, out[i5] * 5)
        i2 += n == out[i2] * 2; i3 += n == out[i3] * 3; i5 += n == out[i5] * 5
        out.append(n)


h = hamming()
print(list(merge([1, 4, 9], [2, 3, 10, 11])), [next(h) for _ in range(20)])


def groupby(it, key):
    group, current = [], object()
    for x in it:
        k = key(x)
        if k != current and group: yield current, group; group = []
        current = k
        group.append(x)
    if group: yield current, group


print(list(groupby("aaabbAc", str.lower)))


class managed:
    """A context manager from a generator, in a few lines."""
    def __init__(self, f): self.f = f
    def __call__(self, *a): self.g = self.f(*a); return self
    def __enter__(self): return next(self.g)
    def __exit__(self, t, v, tb):
        if t is None:
            next(self.g, None)
            return False
        try: self.g.throw(v)
        except StopIteration: return True
        except BaseException as e: return False if e is v else (_ for _ in ()).throw(e)


@managed
def tag(name):
    print(f"<{name}>", end="")
    try: yield name
    except KeyError: print("(swallowed)", end="")
    finally: print(f"</{name}>")


with tag("b") as n: print(n, end="")
with tag("i"): raise KeyError
try:
    with tag("u"): raise ValueError("out")
except ValueError as e: print("escaped", e)
def life(cells, n):
    for _ in range(n):
        counts = {}
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy: counts[x + dx, y + dy] = counts.get((x + dx, y + dy), 0) + 1
        cells = {c for c, k in counts.items() if k == 3 or k == 2 and c in cells}
        yield sorted(cells)
for gen in life({(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, 4): print(gen)
