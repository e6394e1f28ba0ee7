# Recursion of many kinds, at moderate depth, with results that depend on every frame.
def fact(n): return 1 if n <= 1 else n * fact(n - 1)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
def hanoi(n, a, b, c): return [] if n == 0 else hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c)
def tak(x, y, z): return z if y >= x else tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
def perms(s): return [s] if len(s) <= 1 else [c + p for i, c in enumerate(s) for p in perms(s[:i] + s[i + 1:])]
def flatten(x): return [v for e in x for v in flatten(e)] if isinstance(x, list) else [x]
def subsets(s): return [[]] if not s else (lambda r: r + [[s[0]] + t for t in r])(subsets(s[1:]))
def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)
def depth(t): return 0 if t is None else 1 + max(depth(t[0]), depth(t[1]))
def gcd(a, b): return a if b == 0 else gcd(b, a % b)
def power(b, e, m): return 1 if e == 0 else power(b * b % m, e // 2, m) * (b if e % 2 else 1) % m
def binary(n): return "" if n == 0 else binary(n // 2) + str(n % 2)
def partitions(n, k): return 1 if n == 0 else 0 if n < 0 or k == 0 else partitions(n, k - 1) + partitions(n - k, k)


print(fact(50), fib(15), ack(2, 5), len(hanoi(6, "a", "b", "c")), hanoi(2, 1, 2, 3), tak(8, 4, 2))
print(perms("abc"), flatten([1, [2, [3, [4, []]], 5]]), subsets([1, 2, 3]), even(200), odd(77))
print(depth((((None, None), None), (None, ((None, None), None)))), gcd(123456, 7890), power(3, 1000, 1000007), binary(1000), partitions(20, 20))


class Tree:
    def __init__(self, value, left=None, right=None): self.value, self.left, self.right = value, left, right
    def insert(self, v):
        side = "left" if v < self.value else "right"
        child = getattr(self, side)
        if child is None: setattr(self, side, Tree(v))
        else: child.insert(v)
        return self
    def __iter__(self):
        if self.left: yield from self.left
        yield self.value
        if self.right: yield from self.right
    def __len__(self): return 1 + (len(self.left) if self.left else 0) + (len(self.right) if self.right else 0)
    def __contains__(self, v): return v == self.value or (v < self.value and self.left is not None and v in self.left) or (v > self.value and self.right is not None and v in self.right)
    def __add__(self, other): return [*self] + [*other]
    def __repr__(self): return f"({self.left!r} {self.value} {self.right!r})".replace("None", ".")
    def __eq__(self, o): return isinstance(o, Tree) and self.value == o.value and self.left == o.left and self.right == o.right


t = Tree(50)
for v in (30, 70, 20, 40, 60, 80, 35, 65): t.insert(v)
print(list(t), len(t), 35 in t, 36 in t, t, t == t, t == Tree(50), t + Tree(1))


def down(n, *args, **kw):
    if n == 0: return sum(args) + len(kw)
    return down(n - 1, *args, n, **kw, **{"k%d" % n: n})


print(down(30))


def mutual(n, path=()):
    return path if n == 0 else (lambda p: mutual(n - 1, p))(path + (n % 3,))


print(mutual(12))
Y = lambda f: (lambda x: x(x))(lambda y: f(lambda *a: y(y)(*a)))
print(Y(lambda self: lambda n: 1 if n == 0 else n * self(n - 1))(10))


def through_builtins(n):
    if n == 0: return [0]
    return sorted(map(lambda x: x + 1, through_builtins(n - 1)), key=lambda v: -v) + [n]


print(through_builtins(12))


def exceptions(n):
    try:
        if n == 0: raise ValueError("bottom")
        exceptions(n - 1)
    except ValueError as e:
        raise ValueError(f"{n}<{e}>") from None
    finally:
        trail.append(n)


trail = []
try:
    exceptions(5)
except ValueError as e:
    print(e, trail)


def gen(n):
    if n: yield from gen(n - 1)
    yield n


print(list(gen(60))[-3:], sum(gen(100)))
def collatz(n, memo={1: 1}):
    if n not in memo: memo[n] = 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)
    return memo[n]
print(max(range(1, 500), key=collatz), collatz(97))
