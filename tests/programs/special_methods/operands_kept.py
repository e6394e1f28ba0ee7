# Operators and comparisons whose first question goes to a function of Python: answers, NotImplemented and what is asked then, errors, in-place forms,
# generator functions, recursion, and where the operands are while the method runs.
import sys

log = []


class A:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"A({self.n})"
    def __add__(self, o):
        log.append(("add", self.n, type(o).__name__))
        return NotImplemented if isinstance(o, C) else ("A+", self.n, getattr(o, "n", o))
    def __radd__(self, o):
        log.append(("radd", self.n, type(o).__name__))
        return NotImplemented if o == 13 else ("+A", o, self.n)
    def __sub__(self, o): return NotImplemented
    def __mul__(self, o): yield self.n; yield o
    def __eq__(self, o):
        log.append(("eq", self.n, type(o).__name__))
        return self.n == o.n if isinstance(o, A) else NotImplemented
    def __lt__(self, o):
        log.append(("lt", self.n))
        return NotImplemented
    def __iadd__(self, o):
        log.append(("iadd", self.n))
        if o == 1: return NotImplemented
        self.n += o
        return self
    def __pow__(self, o, m=None): return ("pow", self.n, o, m)
    def __matmul__(self, o): raise KeyError(self.n)


class B(A):
    def __radd__(self, o):
        log.append(("B.radd", self.n))
        return NotImplemented
    def __gt__(self, o):
        log.append(("B.gt", self.n))
        return "gt"


class C:
    def __repr__(self): return "C()"
    n = 9
    def __radd__(self, o):
        log.append(("C.radd",))
        return ("C", o)
    def __rsub__(self, o): return ("C-", o)
    def __rmod__(self, o): return ("C%", o)
    def __gt__(self, o): return ["truthy"]


class D(int):
    def __radd__(self, o): return ("D", o)


class F(float):
    def __radd__(self, o): return ("F", o)
    def __rmul__(self, o): return ("F*", o)


def show(f, *args):
    del log[:]
    try: result = f(*args)
    except Exception as e: result = (type(e).__name__, str(e))
    if type(result).__name__ == "generator": result = list(result)
    print(result, log)


def inplace(x, y):
    x += y
    return x


def each(a, b):
    show(lambda: a + b)
    show(lambda: a - b)
    show(lambda: a * b)
    show(lambda: a ** b)
    show(lambda: a @ b)
    show(lambda: a % b)
    show(lambda: a == b)
    show(lambda: a != b)
    show(lambda: a < b)
    show(lambda: a > b)
    show(lambda: a >= b)
    show(lambda: "yes" if a < b else "no")
    show(lambda: "yes" if a == b else "no")
    show(inplace, a, b)


for round in range(3):
    for a, b in [(A(1), A(2)), (A(1), B(2)), (B(1), A(2)), (A(3), C()), (C(), A(3)), (A(1), 1), (A(1), 5), (2, A(4)), (13, A(4)), (1.5, A(4)), ("s", A(1)), (A(1), "s"),
                 (1, D(2)), (1, F(2)), (1.5, D(2)), (1.5, F(2)), (True, A(7)), (10 ** 30, A(8)), ([1], A(1)), (A(1), [1]), (C(), C()), (A, A(1)), (None, C())]:
        each(a, b)


class Plain:
    def __eq__(self, o): return NotImplemented


p, q = Plain(), Plain()
print(p == q, p == p, p != q, p != p)


class Other:
    def __lt__(self, o): return NotImplemented
    def __gt__(self, o): return NotImplemented
    def __add__(self, o): return NotImplemented


for f in (lambda: Other() < Other(), lambda: Other() + Other(), lambda: Other() + 1, lambda: 1 + Other(), lambda: Other() < 1): show(f)


# Handlers in the caller find the stack as it was.
def caught(a):
    try: return 1, [2, a @ 3]
    except KeyError as e: return "caught", e.args, e.__traceback__.tb_lineno - caught.__code__.co_firstlineno


print(caught(A(5)))


# What a method sees of its caller, and does to its operands' counts.
class Looks:
    def __add__(self, o):
        frame = sys._getframe(1)
        return frame.f_code.co_name, frame.f_lineno - looks.__code__.co_firstlineno, sorted(frame.f_locals)
    def __eq__(self, o): return sys._getframe(1).f_code.co_name


def looks(x):
    y = 1
    return x + y, x == y


print(looks(Looks()))


class Deleted:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
    def __add__(self, o): return "sum"
    def __lt__(self, o): return "less"


print(Deleted("a") + 1)
print(Deleted("c") < 2)


# Recursion through operators ends in RecursionError, with CPython's text.
class Deep:
    def __init__(self): self.depth = 0
    def __eq__(self, o):
        self.depth += 1
        return self == o
    def __add__(self, o):
        self.depth += 1
        return self + o


for f in (lambda d: d == 1, lambda d: d + 1):
    d = Deep()
    try: f(d)
    except RecursionError as e: print(str(e)[:60], d.depth)


class Generator:
    def __add__(self, o): yield from (1, o)
    def __lt__(self, o): yield 3


print(list(Generator() + 5), next(Generator() < 1), sorted([2, 1]))
# Methods given and taken away while they run.
class Changing:
    def __add__(self, o):
        del Changing.__add__
        Changing.__radd__ = lambda self, o: "later"
        return NotImplemented
    def __radd__(self, o): return "first"


class Right:
    def __radd__(self, o): return "right"


print(Changing() + Right())
try: Changing() + Changing()
except TypeError as e: print(e)
