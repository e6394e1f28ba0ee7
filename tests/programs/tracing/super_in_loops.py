"""`super()` in hot loops: methods, `__init__`, `__new__`, class methods, attributes; diamonds; what changes; what goes wrong."""

class A:
    tag = "A"
    def __init__(self, x, *, y=0): self.x, self.y = x, y
    def step(self, n): return self.x + n
    def name(self): return "A"
    @classmethod
    def make(cls, x): return cls(x)
    @staticmethod
    def plain(x): return x * 3
    @property
    def size(self): return 10


class B(A):
    tag = "B"
    def __init__(self, x, y): super().__init__(x, y=y); self.z = x + y
    def step(self, n): return super().step(n) * 2
    def name(self): return "B" + super().name()
    @classmethod
    def make(cls, x): return super().make.__func__(lambda v: cls(v, 1), x)
    def all(self): return super().plain(self.x), super().tag, super().size, super().__class__.__name__


class C(A):
    def name(self): return "C" + super().name()


class D(B, C):
    def name(self): return "D" + super().name()
    def step(self, n):
        bound = super().step
        return bound(n) + 1


class Counted(int):
    made = 0
    def __new__(cls, value, more=0):
        self = super().__new__(cls, value + more)
        return self
    def __add__(self, other): return Counted(super().__add__(other))
    def __repr__(self): return "Counted(" + super().__repr__() + ")"


class Plain:
    def __new__(cls, *args):
        cls.count = getattr(cls, "count", 0) + 1
        return super().__new__(cls)
    def __init__(self, a): super().__init__(); self.a = a


class Cell:
    def over(self, n):
        keep = lambda: self
        return super().__hash__() == object.__hash__(keep()), n
    def replaced(self, other):
        self = other
        return super().__str__() if False else super().__class__ is super


class Odd(dict):
    def __setitem__(self, key, value): super().__setitem__(key, value + 1)
    def __missing__(self, key): return super().get(key, "none")


def run(n):
    out = []
    for i in range(n):
        d = D(i, 2)
        out.append((d.x, d.y, d.z, d.step(i), d.name(), d.all(), B.make(i).z))
        if i == n // 2: C.name = lambda self: "new"
        if i == n // 2 + 2: A.step = lambda self, n: n
        if i == n // 2 + 4: A.plain = staticmethod(lambda x: "plain")
        if i == n // 2 + 6: D.__bases__ = (C, B)
    return out


def natives(n):
    out = []
    o = Odd()
    c = Counted(0)
    cell = Cell()
    for i in range(n):
        c = c + i
        o[i % 5] = i
        out.append((c, o["x"], Plain(i).a, Counted(i, 2), cell.over(i), cell.replaced(Cell())))
    return out, dict(o), Plain.count


def wrong(n):
    texts = set()
    class E(A):
        def missing(self): return super().nothing
        def stranger(self): return super().name()
        def unbound(): return super().x
    for i in range(n):
        for call in (E(1).missing, lambda: E.stranger(3), E.unbound):
            try:
                call()
            except (AttributeError, TypeError, RuntimeError) as e:
                texts.add(type(e).__name__ + ": " + str(e))
    return sorted(texts)


a = run(60)
print(*a[:3], *a[28:42], *a[-2:], sep="\n")
a, o, count = natives(60)
print(*a[:3], *a[-3:], o, count, sep="\n")
print(wrong(30))
