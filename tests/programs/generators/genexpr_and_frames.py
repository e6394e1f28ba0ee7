# Generator expressions: when parts are evaluated, scope, frames of suspended generators, locals, line numbers.
x = "outer"
g = (x for _ in "ab")
x = "changed"
print(list(g))


def evaluation():
    log = []
    def f(v): log.append(v); return v
    g = (f(("el", i, j)) for i in f("abc"[:2]) if f(("if", i)) for j in f((1, 2)))
    before = list(log)
    first = next(g)
    return before, first, log, list(g)[-1]


print(evaluation())
n = 3
g = (i * n for i in range(n))
n = 10
print(list(g))
fs = [lambda: i for i in range(3)]
print([f() for f in fs], [f() for f in (lambda: j for j in range(3))], [f() for f in list((lambda: k) for k in range(3))])


def counter():
    a = 1
    b = yield a
    c = [a, b]
    yield c
    del a
    yield


g = counter()
print(sorted(g.gi_frame.f_locals))
next(g)
print(g.gi_frame.f_locals, g.gi_frame.f_lineno - g.gi_code.co_firstlineno, g.gi_frame.f_back, g.gi_frame.f_code is g.gi_code)
g.send("B")
print(g.gi_frame.f_locals, g.gi_frame.f_lineno - g.gi_code.co_firstlineno)
next(g)
print(sorted(g.gi_frame.f_locals))
frame = g.gi_frame
for _ in g: pass
print(g.gi_frame, frame.f_locals)
import sys


def who():
    f = sys._getframe()
    names = []
    while f:
        names.append(f.f_code.co_name)
        f = f.f_back
    return names


def g1(): yield who()
def g2(): yield from g1()
def g3():
    for v in g2(): yield v


print(next(g3()), list(who() for _ in "a"), [who() for _ in "a"], {1: who() for _ in "a"}, list(map(lambda _: who(), "a")), sorted([1], key=lambda _: print(who()) or 0))


class C:
    y = 5
    vals = list(y for y in range(3))
    z = 2
    first = list(i for i in range(z))
    def m(self): return (self.y + i for i in (1, 2))


print(C.vals, C.first, list(C().m()))
g = (a + b for a, b in [(1, 2), (3, "x")])
print(next(g))
try:
    next(g)
except TypeError as e:
    tb = e.__traceback__
    names = []
    while tb: names.append(tb.tb_frame.f_code.co_name); tb = tb.tb_next
    print(e, names, next(g, "finished"))


def tb_depth():
    def inner(): yield 1; raise KeyError
    def mid(): yield from inner()
    try:
        for v in mid(): pass
    except KeyError as e:
        tb, out = e.__traceback__, []
        while tb: out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb_depth.__code__.co_firstlineno)); tb = tb.tb_next
        return out


print(tb_depth())
nested = ((i, list(j for j in range(i))) for i in (k for k in range(3)))
print(list(nested))
print(sum(i for i in range(5)), (lambda *a: a)(*(i for i in "ab")), list(i for i in [1] if i if not 0), dict((k, v) for k, v in zip("ab", (1, 2))), " ".join(str(i) for i in (1, 2)), any(i > 1 for i in (1, 2)), tuple((i for i in ())), sorted((i for i in "ca"), reverse=True))
gen = (i for i in range(5))
print(2 in gen, list(gen))
gen = (i for i in range(5))
for i in gen:
    if i == 1: break
print(list(gen), gen.gi_code.co_name, gen.__qualname__, gen.gi_code.co_varnames)


def make(): return (q for q in "q")


print(make().__qualname__, (lambda: (q for q in ""))().__qualname__, C.m.__qualname__, C().m().__qualname__)
gs = [(yield_ for yield_ in [n]) for n in range(3)]
print([list(g) for g in gs])
it = iter([1, 2, 3, 4])
print(list((a, b) for a, b in zip(it, it)), [(a, next(it2)) for it2 in [iter("wxyz")] for a in it2])


class Res:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)


def holds():
    r = Res("local"); yield 1
    yield 2


g = holds(); next(g)
print("dropping"); g = None
g = (Res(i).n for i in range(2)); print(next(g)); g = None
g = holds(); list(g); print("exhausted, frame gone:", g.gi_frame)
try:
    exec("(i for i in undefined_thing)")
except NameError as e:
    print(e)
g = (undefined_later for _ in "a")
try:
    next(g)
except NameError as e:
    print(e)
locals_in_gen = list((sorted(locals()), i) for i in [1])
print(locals_in_gen)
