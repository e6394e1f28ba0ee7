# __call__ of Python, chains of __call__, exec and eval, partial methods, __missing__, class calls with keywords.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Call:
    def __init__(self, n): self.n = n
    def __call__(self, *args, **kws): return 0 if self.n == 0 else 1 + Call(self.n - 1)(*args, **kws)


class Static:
    __call__ = staticmethod(lambda n: 0 if n == 0 else 1 + Static()(n - 1))


class Keywords:
    def __init__(self, *, n): self.depth = 0 if n == 0 else 1 + Keywords(n=n - 1).depth


class Plain:
    def __init__(self, n): self.n = n
    def method(self): return 0 if self.n == 0 else 1 + Plain.method(Plain(self.n - 1))
    def wrapper(self): return 0 if self.n == 0 else 1 + Plain(self.n - 1).wrapper.__call__()
    def __len__(self): return 0 if self.n == 0 else 1 + Plain(self.n - 1).__len__()


class Missing(dict):
    def __missing__(self, n): return 0 if n == 0 else 1 + Missing()[n - 1]


def evaluate(n): return 0 if n == 0 else 1 + eval(CODE, {"f": evaluate, "n": n - 1})
def execute(n):
    if n == 0: return 0
    space = {"f": execute, "n": n - 1}
    exec("r = f(n)", space)
    return 1 + space["r"]
def by_type(n): return 0 if n == 0 else 1 + type.__call__(Wrapped, n - 1).depth


class Wrapped:
    def __init__(self, n): self.depth = by_type(n)


CODE = compile("f(n)", "<code>", "eval")
assert Call(DEPTH)(1, a=2) == Static()(DEPTH) == Keywords(n=DEPTH).depth == Plain(DEPTH).method() == DEPTH
assert Plain(DEPTH).wrapper() == Plain(DEPTH).__len__() == Missing()[DEPTH] == evaluate(DEPTH) == by_type(DEPTH) == DEPTH
print(execute(DEPTH))
