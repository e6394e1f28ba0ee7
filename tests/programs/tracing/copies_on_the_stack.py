# Values that are on the stack twice: subjects of match, chained comparisons and assignments, walruses, augmented items; who owns them at each exit.
import sys


def words(lines):
    out = []
    for line in lines:
        match line.split():
            case []: out.append("nothing")
            case [("go" | "walk") as how, where]: out.append((how, where))
            case ["take", *things] if things: out.append(things)
            case ["look", "at", thing]: out.append(thing)
            case [one]: out.append("only " + one)
            case [first, *_, last]: out.append(first + last)
    return out


lines = ["", "go north", "walk home", "take", "take a b", "look at it", "a b c d", "take x"]
print([words(lines * k) for k in (1, 12)][1][-8:])


class Point:
    __match_args__ = ("x", "y")
    alive = 0

    def __init__(self, x, y):
        self.x, self.y = x, y
        Point.alive += 1

    def __del__(self): Point.alive -= 1


def points(n):
    out = 0
    for i in range(n):
        match Point(i % 3, i):
            case Point(0, y): out += y
            case Point(x, 5): out += 100 + x
            case Point(x=1): out += 1
            case other: out += other.x
    return out, Point.alive


print(points(90))


def mappings(n):
    out = []
    for i in range(n):
        match {"kind": i % 3, "value": [i, i + 1]}:
            case {"kind": 0, "value": [a, b]}: out.append(a + b)
            case {"kind": 1, **rest}: out.append(len(rest))
            case {"kind": k}: out.append(-k)
    return out[-3:]


print(mappings(90))


def chained(n):
    out = 0
    for i in range(n):
        a = b = c = [i]
        if 0 <= len(a) < 2 == 2: out += 1
        if [1] < [i % 5] <= [3] != [2]: out += 10
        out += (a is b) + (b is c)
        x, y = a[0], *_ = (i, i)
    return out, x, y, a, sys.getrefcount(a) - sys.getrefcount([])


print(chained(90))


def walruses(texts):
    out = []
    for t in texts:
        if (parts := t.split(",")) and len(parts) > 1: out.append(parts[0])
        elif n := len(t): out.append(n)
        while (c := len(out)) > 6: out.pop()
        f = [(q := p, q) for p in parts]
    return out, f, c


print(walruses(["a,b", "c", "", "d,e,f"] * 25))


class Box:
    def __init__(self): self.items, self.log = {}, []

    def __getitem__(self, key):
        self.log.append(("get", key))
        return self.items.get(key, 0)

    def __setitem__(self, key, value): self.items[key] = value


def boxes(n):
    box, rows, out = Box(), [[0] * 3 for _ in range(2)], 0
    for i in range(n):
        Box.last = box
        make(box, i)[f"k{i % 2}"] += i
        rows[i % 2][i % 3] += i
        [[i]][0][0] += 1
        Box.last[i % 4] -= 1
    return box.items, len(box.log), rows


def make(box, i): return box


print(boxes(90))


def dropped(n):
    out = []
    for i in range(n):
        match Point(i, 0), i:
            case (Point(x=0) as p, _): out.append(p.y)
            case (p, 45): out.append((p.x, Point.alive))
            case (q, k) if k % 7 == 0: out.append(Point.alive)
        p = q = None
    return out[-3:], Point.alive


print(dropped(90))


def fails(n):
    out = []
    for i in range(n):
        try:
            match [i, 1 // (i % 9)]:
                case [a, 0]: out.append(a)
                case [a, b] if 10 // (a % 4 - 1): out.append(b)
                case _: raise KeyError(i)
        except (ZeroDivisionError, KeyError) as e:
            out.append(type(e).__name__)
    return out[-9:]


print(fails(90))


def looks(n):
    seen = None
    for i in range(n):
        match [str(i), sys._getframe().f_locals.get("i")]:
            case [a, k] if k == i: seen = a, sorted(sys._getframe().f_locals)
    return seen


print(looks(60))


def texts(n):
    out = 0
    for i in range(n):
        match "abc"[i % 3] * 2:
            case "aa": out += 1
            case "bb" | "b": out += 10
            case t: out += len(t) * 100
    return out


print(texts(91))
