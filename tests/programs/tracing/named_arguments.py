"""Arguments by name in hot loops: parameters that have only names, `**rest`, `f(*a, **k)`, builtins; what goes wrong; defaults that change."""
import sys


def only(a, *, b=2, c): return a, b, c


def rest(a, *more, b=5, **others): return a, more, b, others


def forward(*args, **names): return only(*args, **names)


def forward_rest(*args, **names): return rest(*args, **names)


def plain(a, b=1, c=2): return a * 100 + b * 10 + c


class Thing:
    def __init__(self, a, *, size=3, **others): self.a, self.size, self.others = a, size, others
    def put(self, x, *, by=1): return self.a + x * by
    def all(self, **names): return sorted(names.items())
    @classmethod
    def make(cls, a, **names): return cls(a, **names)


def direct(n):
    out = []
    for i in range(n):
        out.append(only(i, c=i + 1))
        out.append(only(c=1, a=i, b=i))
        out.append(rest(i, 1, 2, x=i, y=2))
        out.append(rest(i, b=i))
        out.append(plain(c=i, a=1))
    return out


def forwarded(n):
    out = []
    for i in range(n):
        out.append(forward(i, c=1))
        out.append(forward(a=i, b=1, c=2))
        names = {"b": i} if i % 3 else {"b": i, "c": 4}
        out.append(plain(i, **names))
        out.append(plain(*(1, 2), **{}))
        out.append(forward_rest(i, 2, 3))
        out.append(forward_rest(i, z=2, y=1))
    return out


def methods(n):
    out = []
    t = Thing(7, size=1)
    for i in range(n):
        u = Thing(i, colour="red", size=i)
        out.append((u.a, u.size, u.others, t.put(i), t.put(i, by=2), t.all(q=i, p=1)))
        put = t.put
        out.append(put(1, by=i))
        m = Thing.make(i, size=9)
        out.append((m.a, m.size))
    return out


def builtins(n):
    out = []
    for i in range(n):
        out.append(int("12", base=i % 5 + 5))
        out.append(sorted([3, 1, i], reverse=True))
        out.append(dict(a=i, b=2))
        out.append("{a}-{b}".format(a=i, b=2))
        out.append(max(*[1, i, 3]))
        out.append(list(zip(*[[1, 2], [i, 4]])))
        out.append("{x}".format(**{"x": i}))
        out.append({**{"a": 1}, "b": i, **{"c": 2}})
    return out


def wrong(n):
    texts = set()
    for i in range(n):
        for call in (lambda: only(1), lambda: only(1, c=2, d=3), lambda: plain(1, **{"a": 2}), lambda: rest(b=1),
                     lambda: plain(1, **{"z": 2}), lambda: only(1, 2, c=3), lambda: forward(1, c=2, **{"c": i}),
                     lambda: plain(*(1,), **{1: 2})):
            try:
                call()
            except TypeError as e:
                texts.add(str(e))
    return sorted(texts)


def changing(n):
    out = []
    for i in range(n):
        if i == n // 2: only.__kwdefaults__["b"] = "new"
        if i == n // 2 + 3: only.__kwdefaults__ = {"c": "c", "b": "dict"}
        if i == n // 2 + 6: plain.__defaults__ = (8, 9)
        out.append((only(i, c=0), plain(i)))
    only.__kwdefaults__ = {"b": 2}
    plain.__defaults__ = (1, 2)
    return out


class Drop:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)


log = []


def dropped(n):
    for i in range(n):
        rest(1, thing=Drop(i))
        forward_rest(Drop(-i), thing=Drop(i), b=3)
        log.append("next")
    return log


for f in direct, forwarded, methods, builtins, wrong, changing, dropped:
    a = f(60)
    print(f.__name__, len(a), a[:7], a[-7:])
print(sys.getrefcount(only) - sys.getrefcount(plain))
