# Hot functions without loops of their own: recursion, returns of all kinds, what finalisers see, arguments of changing classes.


def fib(n):
    if n < 2: return n
    return fib(n - 1) + fib(n - 2)


def walk(tree, depth, log):
    """Long enough to be worth a trace; the recursive calls leave it."""
    if depth == 0: return 1
    a = walk(tree, depth - 1, log)
    b = len(tree) + depth * 2 - 1
    if b % 3 == 0: log.append(depth)
    c = walk(tree, depth - 1, log)
    d = a + b + c
    return d % 1000 + len(tree)


log = []
print(fib(15), walk([1, 2], 9, log), len(log), sum(log))


class Tally:
    def __init__(self, log, n): self.log, self.n = log, n
    def __del__(self): self.log.append(self.n)


def returns(i, log):
    """Locals of several kinds die at the return."""
    x, y, z = i * 2, i / 2, str(i)
    t = Tally(log, i)
    u = (x, y)
    if i % 5 == 0: return t.n
    if i % 5 == 1: return u
    if i % 5 == 2: return z + "!"
    if i % 5 == 3: return [x, y, z]
    return None


def caller(n):
    log, out = [], []
    get = returns
    def step(i): out.append(get(i, log))
    for i in range(n): step(i)
    return out[-5:], len(log), log[:7], log == list(range(n))


print(caller(300))


class Node:
    def __init__(self, value, depth):
        self.value = value
        self.left = Node(value * 2, depth - 1) if depth else None
        self.right = Node(value * 2 + 1, depth - 1) if depth else None
    def total(self):
        s = self.value
        if self.left is not None: s += self.left.total()
        if self.right is not None: s += self.right.total()
        return s


print(Node(1, 8).total())


def grow(x, n):
    """Its argument is an int, a big int, a float, a string in turn."""
    y = x + x
    for k in range(n % 3): y = y + x
    z = [y, x]
    w = len(z) + n
    if n % 7 == 0: z.append(w)
    if w % 2: return z[0]
    return z[1]


def kinds(n):
    values = [1, 2 ** 70, 1.5, "ab", (1, 2), True]
    return [grow(values[i % 6], i) for i in range(n)][-12:]


print(kinds(400))


def deep(n): return 0 if n == 0 else deep(n - 1) + 1


def too_deep(n):
    try: return too_deep(n + 1)
    except RecursionError as e: return str(e)


print(deep(500), [too_deep(0) for _ in range(3)][-1])


def raises(i):
    a = i * 3 + 1
    b = a % 7
    c = [a, b]
    d = c[b % 3]
    return d + len(c)


def catches(n):
    good = bad = 0
    for i in range(n):
        try: good += raises(i)
        except IndexError as e:
            bad += e.__traceback__.tb_next.tb_lineno
    return good, bad


print(catches(500))


class Static:
    @staticmethod
    def f(x, y=2, *rest): return x + y + len(rest)
    @classmethod
    def g(cls, x): return cls.__name__ * (x % 3)
    @property
    def p(self): return 4


def through(n):
    s = Static()
    return sum(s.f(i) + s.f(i, 1, 2, 3) + len(s.g(i)) + s.p for i in range(n))


print(through(300))


def change(n):
    """The function called gets other code on the way."""
    def one(x): return x + 1
    def two(x): return x * 2
    out = 0
    for i in range(n):
        if i == n // 2: one.__code__ = two.__code__
        out += one(i)
    return out


print(change(400))
