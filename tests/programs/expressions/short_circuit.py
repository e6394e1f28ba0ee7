# and, or, not, conditional expressions, walrus: which parts are evaluated, in which order, and what they give.
log = []


class T:
    def __init__(self, name, truth):
        self.name, self.truth = name, truth

    def __bool__(self):
        log.append("bool " + self.name)
        return self.truth

    def __repr__(self):
        return self.name


a, b, c = T("a", True), T("b", False), T("c", True)


def show(text):
    log.clear()
    print(text, "=", eval(text), log)


for text in ["a and b", "b and a", "a or b", "b or a", "a and c", "b or c", "not a", "not b", "not not a", "a and b or c", "a or b and c",
             "b and a or c", "(b or a) and c", "not (a and b)", "not a or not b", "a if b else c", "a if a else b", "b if a and b else c if c else a",
             "a and (b or c) and b", "bool(a)", "[a] and b", "a or 1 / 0", "b and 1 / 0", "(b or b) or (b or b)", "a and a and a and b and a",
             "(x := a) and x", "(y := b) or (y := c)", "[1, 2][a.truth]", "not a is b", "not a == b", "(not a) == b", "a == b or c"]:
    show(text)


def branch(x, y, z):
    log.clear()
    out = []
    if x and y or z:
        out.append(1)
    if not x or not (y and z):
        out.append(2)
    if x:
        if y: out.append(3)
        elif z: out.append(4)
    while x and not y:
        out.append(5)
        break
    out.append(6 if x or y else 7)
    if (x and y) and (y or z): out.append(8)
    if not (not x and not y): out.append(9)
    return out, len(log)


for x in (a, b):
    for y in (a, b):
        for z in (c, b):
            print(x, y, z, branch(x, y, z), log)


class Raises:
    def __bool__(self): raise ValueError("no truth")


class Wrong:
    def __bool__(self): return 1


class WrongLen:
    def __len__(self): return -1


class WrongLen2:
    def __len__(self): return "3"


class BigLen:
    def __len__(self): return 2 ** 70


class Len0:
    def __len__(self): return 0


class Both:
    def __bool__(self): return True
    def __len__(self): return 0


for cls in (Raises, Wrong, WrongLen, WrongLen2, BigLen, Len0, Both):
    for text in ("not o", "o and 1", "1 if o else 2", "bool(o)", "o or 3"):
        try:
            r = eval(text, {"o": cls()})
            print(cls.__name__, text, r if isinstance(r, (int, bool)) else type(r).__name__)
        except Exception as e:
            print(cls.__name__, text, type(e).__name__, e)

print((n := 5) + n, n, [m := 1, m + 1, m], {(k := 2): k}, f"{(q := 3)} {q}", (lambda: (z := 4) + z)())
print([y for x in range(6) if (y := x * x) % 2 == 0], y)
while (line := ["end", "two", "one"][n % 3]) != "end":
    print(line)
    n += 1
if (m := len("abcd")) > 3 and (half := m // 2): print(m, half)
print(any((hit := v) > 2 for v in [1, 2, 3, 4]), hit)
