# Operators, iteration, truth, calls and subscripts of Python classes in hot loops; builtins that call Python.
import sys
class V:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return V(self.x + o.x, self.y + o.y)
    def __mul__(self, k):
        if not isinstance(k, (int, float)): return NotImplemented
        return V(self.x * k, self.y * k)
    def __rmul__(self, k): return self * k
    def __eq__(self, o): return self.x == o.x and self.y == o.y
    def __lt__(self, o): return self.x < o.x
    def __neg__(self): return V(-self.x, -self.y)
    def __getitem__(self, i): return self.x if i == 0 else self.y
    def __setitem__(self, i, v):
        if i: self.y = v
        else: self.x = v
    def __contains__(self, v): return v == self.x or v == self.y
    def __len__(self): return 2
    def __bool__(self): return self.x > 0
    def __call__(self, a): return self.x + a
    def __iadd__(self, o):
        self.x += o.x
        return self
class N:
    def __init__(self, n): self.n = n
    def __iter__(self):
        self.i = 0
        return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
class L:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
def ops(n):
    v = V(0, 1); s = 0
    for i in range(n):
        w = v + V(i, 1)
        w = w * 2
        w = 3 * w
        w += V(1, 1)
        if w == v: s += 1
        if v < w: s += 2
        w[1] = i
        s += w[1] + w[0] + len(w)
        if i in w: s += 1
        if w: s += 5
        if not -w: s += 7
        s += w(i)
        v = V(w.x % 10, w.y)
        try:
            if i % 50 == 49: v * "a"
        except TypeError as e: s += len(str(e))
    return s, v.x, v.y
print(ops(300))
def iters(n):
    s = 0
    for i in range(n):
        for x in N(i % 4): s += x
        s += sum(N(3)) + max(N(5)) + len(L(i % 3))
        if L(i % 2): s += 1
        s += sum([k for k in N(2)]) + any(x > 2 for x in N(3)) + len(list(map(str, N(2))))
        m = V(i, 2).__getitem__
        s += m(0)
        f = max if i % 2 else min
        s += f([V(1, 2), V(2, 3)], key=lambda q: q.x).x
        s += sorted(N(3), key=lambda z: -z)[0]
        s += ",".join(str(z) for z in N(3)).count(",")
    return s
print(iters(200))


class P:
    def __radd__(self, other): return ("radd", other)
    def __rsub__(self, other): return 1
    def __rlshift__(self, other): return 7


class Q(int):
    def __add__(self, other): return "qadd"
    def __radd__(self, other): return "qradd"


def reflected(n):
    out = []
    for i in range(n):
        out.append((i + P(), 2.5 - P(), 1 + Q(2), Q(2) + 1, [] << P()))
    return out[0], out[-1], len(out)


print(reflected(100))


def change(n):
    found = []
    for i in range(n):
        v = V(i, 1)
        if i == n // 2: V.__add__ = lambda a, b: "new"
        if i == n - 5: V.__radd__ = lambda a, b: "reflected"
        found.append(type(v + v).__name__)
    return found.count("V"), found.count("str")


print(change(100))


class Log:
    """Says in which order it is asked."""
    def __init__(self, name, log): self.name, self.log = name, log
    def __add__(self, other):
        self.log.append(self.name + "+")
        return NotImplemented
    def __radd__(self, other):
        self.log.append("+" + self.name)
        return self.name


def order(n):
    log = []
    for i in range(n):
        a, b = Log("a", log), Log("b", log)
        log.append(3 + b)
        try: a + (b if i % 2 else 3)
        except TypeError as e: log.append(str(e))
    return log[-8:], len(log)


print(order(60))


def where(n):
    """Operators' own frames are not seen."""
    class F:
        def __mul__(self, k): return sys._getframe(1).f_code.co_name + sys._getframe(1).f_code.co_filename[:0]
        def __bool__(self): return sys._getframe(1).f_code.co_name == "where"
    f, names = F(), set()
    for i in range(n):
        names.add(f * i)
        if f: names.add("true")
    return sorted(names)


print(where(100))
