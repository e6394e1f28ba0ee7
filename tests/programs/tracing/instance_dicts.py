"""Instances whose attributes are in a dict, because somebody asked for it, or there are too many: in hot loops, mixed with others."""


class Thing:
    kind = "thing"
    def __init__(self, n): self.n, self.name = n, "x"
    def double(self): return self.n * 2
    def grow(self, by=1):
        self.n += by
        self.extra = by
        return self
    @property
    def whole(self): return self.name + str(self.n)


def with_dict(n):
    t = Thing(n)
    vars(t)
    return t


def plain(n):
    t, s = with_dict(1), 0
    for i in range(n):
        s += t.n + t.double() + len(t.kind) + len(t.whole)
        t.grow().grow(2)
        s += t.extra
    return s, t.__dict__


def mixed(n):
    all, s = [with_dict(1) if i % 3 else Thing(2) for i in range(5)], 0
    for i in range(n):
        t = all[i % 5]
        s += t.grow().double() + t.n
        if i == n // 2: all[0].__dict__
        if i == n // 3: all[1].__dict__ = {"n": 5, "name": "y"}
    return s, [sorted(t.__dict__.items()) for t in all]


def shadowed(n):
    """The instance gets, and loses, names of its class."""
    t, out = with_dict(3), []
    for i in range(n):
        out.append((t.kind, t.double()))
        if i == n // 2:
            t.kind = "own"
            t.double = lambda: "own"
        if i == n - 5: del t.kind, t.double
    return sorted(set(map(str, out)), key=str)


def missing(n):
    t, errors = with_dict(3), {}
    for i in range(n):
        try: t.nothing
        except AttributeError as e: errors[str(e)] = errors.get(str(e), 0) + 1
        try:
            del t.name
            t.name
        except AttributeError as e: errors[str(e)] = errors.get(str(e), 0) + 1
        t.name = "back"
    return errors


def class_changes(n):
    class C(Thing): pass
    t, out = C(1), []
    vars(t)
    for i in range(n):
        out.append((t.kind, t.n, t.double()))
        if i == n // 4: C.kind = "other"
        if i == n // 2: C.n = property(lambda self: "property", lambda self, value: None)
        if i == n // 2 + 3: C.double = lambda self: -1
        if i == n - 9: del C.n
        t.n = i % 2
    return sorted(set(map(str, out)))


class Many: pass


def many(n):
    m, s = Many(), 0
    for i in range(40): setattr(m, "a%d" % i, i)
    for i in range(n):
        m.a0 += 1
        m.a39 += m.a20
        s += m.a39
    return s, len(m.__dict__)


def odd_keys(n):
    t, s = with_dict(1), 0
    t.__dict__[5] = 6
    for i in range(n):
        s += t.n + t.__dict__[5] + t.double()
        t.n = i
        if i == n // 2: t.__dict__[Key("n")] = 100
    return s, Key.asked > 0


class Key:
    asked = 0
    def __init__(self, text): self.text = text
    def __hash__(self): return hash(self.text)
    def __eq__(self, other):
        Key.asked += 1
        return self.text == other


class Loud:
    def __init__(self, log, name): self.log, self.name = log, name
    def __del__(self): self.log.append(self.name)


def replaced(n):
    """The old value goes when the new one is there."""
    t, log = with_dict(1), []
    for i in range(n): t.value = Loud(log, i)
    del t
    return log[:3], len(log)


def dir_of(n):
    class Game:
        def __init__(self): self.verbs = {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}
        def do_go(self, *way): return len(way)
        def do_look(self): return 10
        def play(self, line):
            verb, *rest = line.split()
            return self.verbs[verb](*rest) if verb in self.verbs else -1
    s = 0
    for i in range(n):
        g = Game()
        for line in "go", "look", "go north", "sing": s += g.play(line)
    return s


for f in plain, mixed, shadowed, missing, class_changes, many, odd_keys, replaced, dir_of: print(f.__name__, f(60))
