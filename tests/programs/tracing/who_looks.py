# What callees see of frames that exist only in traces: names, lines, locals, tracebacks; and when objects die.
import sys
import _weakref


def names():
    f, out = sys._getframe(1), []
    while f is not None and len(out) < 4:
        out.append((f.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno))
        f = f.f_back
    return out


def leaf(x):
    return names() if x == 180 else x


def middle(x):
    y = leaf(x)
    return y


def outer(n):
    for i in range(n):
        r = middle(i)
        if r != i:
            return r


print(outer(200))


class Spy:
    """Methods that native code calls look at their callers."""
    log = []

    def __init__(self, n): self.n = n

    def __eq__(self, other):
        if self.n % 60 == 0:
            caller = sys._getframe(1)
            Spy.log.append((caller.f_code.co_name, sorted(k for k in caller.f_locals if k != "spy"), caller.f_locals.get("i")))
        return self.n == getattr(other, "n", other)

    def __hash__(self): return 7

    def __repr__(self):
        return f"<{sys._getframe(1).f_code.co_name} {self.n}>"


def inner_look(table, i):
    spy = Spy(i)
    return table.get(spy), [spy].count(i)


def look(n):
    table = {Spy(-1): "x"}
    found = 0
    for i in range(n):
        a, b = inner_look(table, i)
        found += b
        text = "%r" % Spy(i)
    return found, text


print(look(200), Spy.log)


class Noisy:
    log = []

    def __init__(self, name): self.name = name

    def __del__(self):
        Noisy.log.append((self.name, sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno - sys._getframe(1).f_code.co_firstlineno))


def drop(i):
    a = Noisy(f"a{i}")
    b = [Noisy(f"b{i}"), a]
    a = None
    c = b
    b = 1
    c.append(i)
    return i


def deaths(n):
    keep = Noisy("keep")
    total = 0
    for i in range(n):
        x = Noisy(i)
        total += drop(i)
        if i % 2:
            x = None
        else:
            keep = x
    return total


print(deaths(120))
print(Noisy.log[:9], Noisy.log[-8:], len(Noisy.log))


def weak(n):
    class C: pass
    alive = []
    for i in range(n):
        c = C()
        r = _weakref.ref(c)
        d = (c, i)
        c = None
        alive.append(r() is not None)
        d = None
        alive.append(r() is None)
    return all(alive), len(alive)


print(weak(150))


def depth(n):
    if n:
        return depth(n - 1)
    raise KeyError("deep")


def raising(n):
    out = []
    for i in range(n):
        try:
            if i % 4 == 0:
                depth(2)
            elif i % 4 == 1:
                [][i]
            elif i % 4 == 2:
                {}[i]
            out.append(i)
        except (KeyError, IndexError) as e:
            tb, lines = e.__traceback__, []
            while tb:
                lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno, sorted(tb.tb_frame.f_locals)))
                tb = tb.tb_next
            out.append((type(e).__name__, str(e), lines))
    return out[-4:]


print(raising(200))


def unbound(n):
    try:
        for i in range(n):
            if i != n - 3:
                x = i
            else:
                del x
            y = x
    except UnboundLocalError as e:
        return i, y, str(e)


print(unbound(200))


def returned(n):
    for i in range(n):
        if i == 150:
            return locals()


print(returned(200))


def limits(n):
    def down(k):
        return 0 if k == 0 else 1 + down(k - 1)
    total = 0
    for i in range(n):
        total += down(i % 20)
    try:
        for i in range(n):
            down(5000)
    except RecursionError as e:
        return total, str(e)


print(limits(120))


def try_finally(n):
    log = []
    for i in range(n):
        try:
            if i == 100:
                break
            continue
        finally:
            log.append(i)
    else:
        log.append("else")
    return len(log), log[-1]


print(try_finally(99), try_finally(200))
