# `with` and `match` in hot loops: managers of Python, exceptions in their bodies, sequences of all lengths.


class Manager:
    def __init__(self, log, swallow=False): self.log, self.swallow = log, swallow
    def __enter__(self):
        self.log.append("in")
        return len(self.log)
    def __exit__(self, kind, value, traceback):
        self.log.append(kind.__name__ if kind else "out")
        return self.swallow


class Quiet:
    depth = 0
    def __enter__(self):
        Quiet.depth += 1
        return self
    def __exit__(self, *given):
        Quiet.depth -= 1


def plain(n):
    log, total = [], 0
    for i in range(n):
        with Manager(log) as size:
            total += size
    return total, len(log), log[:4]


def nested(n):
    log, total = [], 0
    q = Quiet()
    for i in range(n):
        with Manager(log) as a, q as b:
            if i % 7 == 3: continue
            total += a + Quiet.depth + (b is q)
        if i > n - 3: break
    return total, Quiet.depth, log[-4:]


def raising(n):
    log, caught = [], 0
    for i in range(n):
        try:
            with Manager(log, i % 2 == 0):
                if i % 5 == 4: raise KeyError(i)
                if i % 11 == 10: [][i]
        except KeyError as e: caught += e.args[0]
        except IndexError: caught += 1
    return caught, log.count("KeyError"), log.count("IndexError"), log.count("out")


def returning(n):
    log = []
    def one(i):
        with Manager(log) as size:
            if i % 3: return size
            size = -1
        return size
    return sum(one(i) for i in range(n)), log[-2:]


def changing(n):
    log = []
    class M(Manager): pass
    for i in range(n):
        if i == n // 2: M.__exit__ = lambda self, *given: log.append("new")
        if i == n - 3: M.__enter__ = lambda self: log.append("entered")
        with M(log): pass
    return log.count("out"), log.count("new"), log[-5:]


print(plain(300), nested(300), raising(300), returning(300), changing(300))


def match(words):
    match words:
        case []: return "none"
        case ["go", way]: return "go " + way
        case ["take", *things] if things: return "take " + ",".join(things)
        case ["put", thing, *_, place]: return f"put {thing} {place}"
        case [_, _, _]: return "three"
        case {"a": x, **rest}: return f"a={x} {len(rest)}"
        case str(): return "text"
        case (1 | 2 | 3) as n: return f"small {n}"
        case [[a, b], (c, d)]: return f"{a}{b}{c}{d}"
        case float(x): return f"float {x}"
    return "other"


SUBJECTS = [[], ["go", "north"], ["take"], ["take", "a", "b"], ["put", "x", "y"], ["put", "x", "in", "the", "y"], ("a", "b", "c"),
            {"a": 1, "b": 2}, "word", 2, 7, [[1, 2], (3, 4)], 2.5, b"xy", range(3), None]


def matched(n):
    out = []
    for i in range(n): out.append(match(SUBJECTS[i * i % len(SUBJECTS)]))
    for s in SUBJECTS:
        for k in range(60): last = match(s)
        out.append(last)
    return out[-22:], len(out)


print(*matched(400))


def unpack(n):
    total, kept = 0, []
    sources = [[1, 2, 3], (4, 5, 6, 7), [8, 9], "abcd", range(5), (1, 2)]
    for i in range(n):
        a, *b = sources[i % 6]
        *c, d = sources[i % 3]
        e, *f, g = sources[i % 2] if i % 50 else [i, i + 1]
        b.append(i)
        kept.append((a, len(b), c, d, f))
        total += e + g
    try:
        for k in range(100): a, *b, c = [1] * (100 - k)
    except ValueError as e: kept.append(str(e))
    return total, kept[-7:]


print(*unpack(300))
