"""Classes with a `__new__` of Python in hot loops: what it returns, what `__init__` then gets, what goes wrong, what changes; answers of
`__bool__` and `__len__`; keys of classes made from int and str."""


class Pair:
    def __new__(cls, a, b=2):
        self = super().__new__(cls)
        self.a, self.b = a, b
        return self


class Old:
    def __new__(cls, *args):
        self = super(Old, cls).__new__(cls)
        self.args = args
        return self
    def name(self): return "Old"


class Both(Old):
    def __new__(cls, x, y):
        self = super(Both, cls).__new__(cls, x, y)
        return self
    def __init__(self, x, y): self.sum = x + y
    def name(self): return "Both" + super(Both, self).name()


class Factory:
    def __new__(cls, n):
        if n % 3 == 0: return "other"
        if n % 3 == 1: return object.__new__(Made)
        return object.__new__(cls)


class Made(Factory):
    def __init__(self, n): self.n = n


class Small(int):
    def __new__(cls, value): return int.__new__(cls, value % 7)


class Name(str):
    def __hash__(self): return str.__hash__(self)


class Key(int):
    pass


class Same(int):
    def __eq__(self, other): return True
    def __hash__(self): return 1


class Truth:
    def __init__(self, n): self.n, self.flag = n, n % 2 == 0
    def __bool__(self): return self.n > 2 or self.flag


class Long:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n


class Drop:
    def __new__(cls, n):
        self = object.__new__(cls)
        self.n = n
        return self
    def __del__(self): log.append(self.n)


log = []


def made(n):
    out = []
    for i in range(n):
        p, q = Pair(i), Pair(1, b=i)
        f = Factory(i)
        b = Both(i, 2)
        out.append((getattr(p, "a", "-"), getattr(p, "b", "-"), getattr(q, "a", 0), Old(1, i).args, b.args, b.sum, b.name(), f if f == "other" else type(f).__name__, Small(i)))
        out.append(getattr(f, "n", None))
        if i == n // 2: Pair.__init__ = lambda self, *a, **k: setattr(self, "a", "init")
        if i == n // 2 + 2: del Pair.__init__
        if i == n // 2 + 4: Pair.__new__ = lambda cls, *a, **k: Old(*a)
        if i == n // 2 + 5: Pair.__new__ = lambda cls, *a, **k: q
        if i == n // 2 + 6: Both.__init__ = lambda self, *a: setattr(self, "sum", a)
    return out


def wrong(n):
    texts = set()
    class Bad:
        def __new__(cls): raise ValueError("bad")
    class Init:
        def __new__(cls, x): return super().__new__(cls)
        def __init__(self, x): return x
    for i in range(n):
        for call in (Bad, lambda: Pair(), lambda: Pair(1, 2, 3), lambda: Init(3), lambda: object.__new__(Small), lambda: Pair(c=1, a=2),
                     lambda: len(Long(-1)), lambda: len(Long("x")), lambda: bool(Long(-2)), lambda: object.__new__(Pair, 1)):
            try:
                call()
            except (ValueError, TypeError) as e:
                texts.add(type(e).__name__ + ": " + str(e))
    return sorted(texts)


def answers(n):
    out = []
    some = {1, 2, "a", 5}
    for i in range(n):
        t, l = Truth(i % 5), Long(i % 4)
        s = 0
        if t: s += 1
        if not l: s += 2
        while not Truth(s): s += 1
        out.append((s, len(l), len(l) + 1, Key(i % 6) in some, Name("a") in some, Same(i) in some, Name("b") not in some, bool(t)))
        if i == n // 2: Truth.__bool__ = lambda self: False if self.n < 4 else True
        if i == n // 2 + 3: Key.__eq__ = lambda self, other: False
        if i == n // 2 + 3: Key.__hash__ = int.__hash__
    return out


def dropped(n):
    for i in range(n):
        Drop(i)
        Pair2(Drop(-i))
        log.append("next")
    return log


class Pair2:
    def __new__(cls, thing): return object.__new__(cls)


for f in made, wrong, answers, dropped:
    a = f(60)
    print(f.__name__, len(a), *a[:5], *a[len(a) // 2 - 6:len(a) // 2 + 20], *a[-3:], sep="\n  ")
