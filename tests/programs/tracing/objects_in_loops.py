# Hot loops over objects: attributes, slots, methods, properties, classes; what they are changes in mid-loop.


class Point:
    scale = 2

    def __init__(self, x, y):
        self.x, self.y = x, y

    def sum(self):
        return self.x + self.y

    def move(self, dx, dy=1):
        self.x += dx
        self.y += dy * self.scale
        return self

    @property
    def norm(self):
        return self.x * self.x + self.y * self.y


class Slotted:
    __slots__ = "a", "b"

    def __init__(self, a):
        self.a = a


def walk(n):
    p, total = Point(1, 2), 0
    for i in range(n):
        p.move(i % 3).move(1, dy=2)
        total += p.sum() + p.norm % 7
    return total, p.x, p.y


print(walk(300))


def slots(n):
    s = Slotted(0)
    for i in range(n):
        s.a += i
        s.b = s.a
    try:
        for i in range(n):
            s.a -= s.b
            if i == n - 5:
                del s.b
    except AttributeError as e:
        return s.a, str(e)


print(slots(200))


def mixed(n):
    kinds = [Point(i, 1) for i in range(5)] + [Slotted(3)]
    log = []
    for i in range(n):
        o = kinds[i % 6]
        try:
            log.append(o.sum())
        except AttributeError as e:
            log.append(str(e))
    return log[-7:]


print(mixed(240))


def class_changes(n):
    p = Point(1, 1)
    out = []
    for i in range(n):
        if i == n // 3:
            Point.sum = lambda self: "patched"
        if i == n // 2:
            Point.scale = 10
        if i == 2 * n // 3:
            p.sum = lambda: "own"
        if i == 5 * n // 6:
            p.__class__ = Other
        p.move(0)
        out.append((p.sum(), p.y))
    return out[:: n // 12]


class Other(Point):
    def move(self, dx):
        self.y -= 1000


original = Point.sum
print(class_changes(240))
Point.sum, Point.scale = original, 2


def dicts_appear(n):
    ps = [Point(i, i) for i in range(8)]
    total = 0
    for i in range(n):
        p = ps[i % 8]
        if i == n // 2:
            p.__dict__["x"] = 1000
        if i == n // 2 + 20:
            ps[3].extra = 1
            del ps[3].extra
        total += p.x + p.sum()
    return total, sorted(ps[3].__dict__)


print(dicts_appear(320))


def make(n):
    total = 0
    for i in range(n):
        p = Point(i, y=1)
        q = Point(p, p)
        total += q.x.x + q.y.y
    return total


print(make(250))


class Bad:
    def __init__(self, n):
        self.n = n
        return None if n != 180 else n


def bad_init(n):
    made = 0
    try:
        for i in range(n):
            made += Bad(i).n
    except TypeError as e:
        return made, str(e)


print(bad_init(250))


class Tree:
    def __init__(self, left=None, right=None):
        self.left, self.right = left, right

    def count(self):
        n = 1
        if self.left is not None:
            n += self.left.count()
        if self.right is not None:
            n += self.right.count()
        return n


def build(depth):
    return Tree(build(depth - 1), build(depth - 1)) if depth else Tree()


print([build(d).count() for d in range(8)])


class Number:
    def __init__(self, v): self.v = v
    def __add__(self, o): return Number(self.v + (o.v if isinstance(o, Number) else o))
    def __radd__(self, o): return Number(o + self.v)
    def __lt__(self, o): return self.v < o.v
    def __bool__(self): return self.v % 2 == 0
    def __getitem__(self, k): return self.v + k
    def __len__(self): return 3
    def __contains__(self, k): return k == self.v


def operators(n):
    a, hits = Number(0), 0
    for i in range(n):
        a = a + i if i % 2 else i + a
        hits += a < Number(5000)
        if a:
            hits += a[i] % 3 + len(a)
        hits += i in a
        hits += isinstance(a, Number) + isinstance(i, (int, str))
    return a.v, hits


print(operators(220))


def getattr_hook(n):
    class Hook:
        def __getattr__(self, name):
            return name + "!"
    h = Hook()
    out = ""
    for i in range(n):
        if i == n - 10:
            h.thing = "set"
        out = h.thing + h.other
    return out


print(getattr_hook(200))
