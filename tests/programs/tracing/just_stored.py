# What was stored in an attribute is known from then on, until something else may have changed it: by another name, a finaliser, a call, a trace function.


class Counter:
    def __init__(self, n=0): self.n, self.other = n, 1.5

    def step(self):
        self.n += 1
        self.n += self.n % 3
        self.other = self.other * 1.0 + self.n
        return self.n


def by_methods(rounds):
    c = Counter()
    for _ in range(rounds): c.step()
    return c.n, c.other


print(by_methods(300))


def by_two_names(a, b, rounds):
    out = []
    for i in range(rounds):
        a.n = i
        b.n = b.n + 10
        out.append(a.n)
        a.n += 1
        out.append(b.n)
    return out[-4:]


c = Counter()
print(by_two_names(c, Counter(), 90), by_two_names(c, c, 90), by_two_names(Counter(), Counter(), 90))


class Watcher:
    log = []

    def __init__(self, owner): self.owner = owner

    def __del__(self):
        Watcher.log.append(self.owner.n)
        self.owner.n = -1


def by_finalisers(rounds):
    c, out = Counter(), []
    for i in range(rounds):
        c.n = i
        c.n = i + 1
        if i % 25 == 24:
            c.other = Watcher(c)
            c.n = i + 2
            c.other = 1.5
        out.append(c.n)
    return out[20:28], out[-1], Watcher.log


print(by_finalisers(90))


class Other:
    def __init__(self): self.x, self.n = 0, 5


def by_classes(rounds):
    a, b, out = Counter(), Other(), 0
    for i in range(rounds):
        o = a if i % 2 else b
        o.n = i
        o.n += 1
        a.other = i
        b.x = a.other + o.n
        out += b.x + a.n
    return out, vars(a), vars(b)


print(by_classes(99))


def by_dicts(rounds):
    c, out = Counter(), []
    for i in range(rounds):
        c.n = i
        c.n += 1
        if i == 60: vars(c)["n"] = 1000
        if i == 70: c.__dict__ = {"n": 7, "other": 0}
        if i == 80: c.__class__ = type("Late", (Counter,), {})
        out.append(c.n)
    return out[58:63], out[68:73], out[-1], type(c).__name__


print(by_dicts(90))


class Managed:
    def __init__(self): self._n = 0

    @property
    def n(self): return self._n

    @n.setter
    def n(self, value):
        self._n = value
        self._n += 1


def by_property(rounds):
    m = Managed()
    for i in range(rounds):
        m.n = i
        m.n += m.n
    return m.n


print(by_property(90))


def types_change(rounds):
    c, out = Counter(), []
    for i in range(rounds):
        c.n = i if i < 60 else float(i) if i < 70 else str(i) if i < 80 else 10 ** 20 + i
        c.n += c.n
        out.append(c.n)
    return out[58:62], out[69:72], out[-1]


print(types_change(90))


def deleted(rounds):
    c, out = Counter(), 0
    for i in range(rounds):
        c.n = i
        c.n += 1
        if i % 30 == 29:
            del c.n
            try:
                c.n += 1
            except AttributeError as e:
                out += len(str(e))
            c.n = 0
        out += c.n
    return out


print(deleted(100))


def raised(rounds):
    c, out = Counter(), 0
    for i in range(rounds):
        try:
            c.n = i
            c.n = c.n // (i % 5)
        except ZeroDivisionError:
            out += c.n
    return out, c.n


print(raised(99))
