# Builtins that call Python by way of low-level tail calls: where they are left, what callees see, what is raised through them.
import sys


def names():
    f, out = sys._getframe(1), []
    while f is not None:
        out.append(f.f_code.co_name)
        f = f.f_back
    return out


class Key:
    log = []
    def __init__(self, n): self.n = n
    def __lt__(self, other):
        if self.n == 77: Key.log.append(names())
        return self.n < other.n
    def __gt__(self, other):
        if self.n == 78: Key.log.append(names())
        return self.n > other.n
    def __del__(self): Key.log.append(self.n) if self.n % 50 == 0 else None


def by_key(n):
    total, seen = 0, []
    def key(x):
        if x == 150: seen.append(names())
        return -x if x % 3 else x * 0.5
    for i in range(n):
        total += max((i, i + 1, 3), key=key) + min((i, 2, i - 1), key=key)
        total += max([i, 5]) + min(i, 4)
    return total, seen


def by_objects(n):
    total = 0
    for i in range(n):
        total += max((Key(i), Key(i % 7), Key(3))).n - min([Key(i), Key(i % 5)], key=lambda k: k).n
    return total, Key.log[:6], Key.log[-6:], len(Key.log)


def raising(n):
    out = []
    def key(x):
        if x % 40 == 39: raise KeyError(x)
        return x
    for i in range(n):
        try: out.append(max((i, i - 1), key=key))
        except KeyError as e:
            tb, lines = e.__traceback__, []
            while tb:
                lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
                tb = tb.tb_next
            out.append((str(e), lines))
        try: max((), key=key)
        except ValueError as e: out.append(str(e)) if i == n - 1 else None
    return [x for x in out if type(x) is not int][:3], len(out), out[-2:]


def changing(n):
    """Types and callees change on the way."""
    out, keys = [], [lambda x: x, lambda x: -x, lambda x: str(x), abs, None]
    for i in range(n):
        items = [i, i * 1.0, i % 3] if i % 9 else (i, 2, i - 5)
        out.append(max(items, key=keys[i // 40 % 5]))
        out.append(sum(map(keys[i // 60 % 2], items)))
        out.append(getattr(Key(i), "n") + len(list(filter(keys[0], items))))
    return out[-9:], len(out), sum(x for x in out)


print(by_key(200))
print(by_objects(200))
print(raising(200))
print(changing(300))
