# Reference counts after hot loops, however they were left, are what they were before.
import sys


class Canary:
    made = gone = 0
    def __init__(self): Canary.made += 1
    def __del__(self): Canary.gone += 1
    def method(self, x): return x
    def __add__(self, other): return self
    def __getitem__(self, i): return self
    def __iter__(self): return iter((self, self))


a, b, c = Canary(), Canary(), Canary()
text, number, point = "some text " * 3, 1 << 70, 3.5 + len(sys.argv)


def kept(x, y): return (x, y)


def generator(x, n):
    for i in range(n): yield x


def loops(n, stop):
    held = [a, b, c] * 3
    table = {"a": a, 1: b}
    for i in range(n):
        x, y = held[i % 9], held[i % 4]
        x, y = y, x
        t = (x, y, i)
        u = kept(t, x)[0][1]
        v = u.method(x) + y
        w = v[i]
        p, q = w
        table["k"] = p
        held[i % 9] = table.get("a")
        held[i % 9] = q
        s = text + "x" if i % 2 else text
        big = number + i
        f = point * i
        for z in generator(x, 2): x = z
        if i == stop: break
        if i % 13 == 12:
            try: held[100]
            except IndexError: pass
        lst = [x, y, s]
        lst.append(big)
        del lst[0]
        bound = x.method
        y = bound(y)
    return i


def raises(n):
    held = [a, b]
    for i in range(n):
        x = held[i % 2]
        t = [x, (x, i)]
        if i == n - 3: return kept(x, held[2])


def counts():
    return [sys.getrefcount(o) for o in (a, b, c, text, number, point)]


before = counts()
for n, stop in ((5, -1), (150, -1), (150, 77), (151, 3), (400, 399)):
    loops(n, stop)
    try: raises(n)
    except IndexError: pass
after = counts()
print([x - y for x, y in zip(after, before)], Canary.made, Canary.gone)
for i in range(300):
    d = Canary()
    e = (d, [d])
    if i % 50 == 49: f = e
d = e = f = None
print(Canary.made, Canary.gone)
a = b = c = None
print(Canary.made, Canary.gone)
