# Generators whose consumers are hot: what they hold, how they end, who looks at them, and what changes on the way.
import sys


def count(n, step=1):
    i = 0
    while i < n:
        yield i
        i += step


def consume(n):
    total = 0
    for x in count(n):
        total += x
    return total


print(consume(10), consume(300))


def mixed(n):
    for i in range(n):
        if i % 3 == 0:
            yield i
        elif i % 3 == 1:
            yield i / 2
        else:
            yield str(i)


def use_mixed(n):
    log = []
    for x in mixed(n):
        if type(x) is str:
            log.append(len(x))
        else:
            log.append(x + 1)
    return log[-6:], len(log)


print(use_mixed(200))


def nested(n):
    for i in range(n):
        for j in count(3):
            yield i * j


def pipeline(n):
    source = (x for x in nested(n))
    doubled = (2 * x for x in source if x % 2 == 0)
    total, seen = 0, []
    for x in doubled:
        total += x
        if x % 50 == 0:
            seen.append(x)
    return total, seen


print(pipeline(120))


def finishing(n, log):
    try:
        for i in range(n):
            yield i
    finally:
        log.append("finally")


def breaking(n):
    log, total = [], 0
    for x in finishing(n, log):
        total += x
        if x == n - 10:
            break
    log.append("after")
    return total, log


print(breaking(200))


def raising(n):
    for i in range(n):
        if i == n - 5:
            raise KeyError(i)
        yield i


def catch(n):
    total = 0
    try:
        for x in raising(n):
            total += x
    except KeyError as e:
        tb = e.__traceback__
        names = []
        while tb:
            names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno, sorted(tb.tb_frame.f_locals)))
            tb = tb.tb_next
        return total, str(e), names


print(catch(200))


def handling():
    i = 0
    while True:
        try:
            if i % 2:
                raise ValueError(i)
            yield i
        except ValueError as e:
            yield str(e)
            assert sys.exc_info()[1] is e
        i += 1


def handle(n):
    out = []
    for x in handling():
        out.append(x)
        if len(out) == n:
            return out[-4:], sys.exc_info()


print(handle(200))


def looking(n):
    for i in range(n):
        here = sys._getframe()
        above = here.f_back
        yield (here.f_code.co_name, above.f_code.co_name, above.f_lineno - above.f_code.co_firstlineno, i)


def look(n):
    for r in looking(n):
        last = r
    return last


print(look(150))


def shared(n):
    g = count(n)
    total = 0
    for x in g:
        total += x
        if x % 50 == 0:
            total += next(g, 0)
        if x == n - 20:
            total += sum(g)
    return total, g.gi_frame, list(g)


print(shared(300))


def running():
    try:
        next(me)
    except ValueError as e:
        yield str(e)
    for i in range(200):
        if i == 150:
            try:
                me.send(None)
            except ValueError as e:
                yield str(e)
        yield i


me = running()
print([x for x in me if type(x) is str])


def state(n):
    g = count(n)
    states = set()
    for x in g:
        states.add((g.gi_running, g.gi_suspended, sorted(g.gi_frame.f_locals.items())[0][0], g.gi_frame.f_locals["i"] == x))
    return states


print(state(150))


class Thing:
    alive = 0

    def __init__(self): Thing.alive += 1

    def __del__(self): Thing.alive -= 1


def things(n):
    for i in range(n):
        t = Thing()
        yield t


def keep(n):
    most, last = 0, None
    for t in things(n):
        most = max(most, Thing.alive)
        last = t
    t = None
    return most, Thing.alive, last is not None


print(keep(200), Thing.alive)


def delegate(n):
    yield from count(n)
    return "end"


def outer(n):
    result = yield from delegate(n)
    yield result


print([x for x in outer(150)][-3:])


def two(n):
    a, b, out = count(n), count(n, 2), 0
    for x in a:
        for y in b:
            out += x * y
            if y % 6 == 0:
                break
    return out, next(b, "none")


print(two(200))
