# Generators that are made, delegated to, and exhausted in hot loops.
def gen(n):
    for i in range(n):
        yield i
def evens(n):
    i = 0
    while i < n:
        yield i
        i += 2
    return "done"
def chain(a, b):
    yield from gen(a)
    r = yield from evens(b)
    yield r
def f():
    t = 0
    for k in range(300):
        for x in gen(3):
            t += x
        for x in chain(2, k % 5):
            t += len(str(x))
        t += sum(i for i in range(4))
        t += sum(i*k for i in gen(3))
    return t
print(f())
class D:
    def __init__(s, l, n): s.l, s.n = l, n
    def __del__(s): s.l.append(s.n)
def g2(l, n):
    d = D(l, n)
    yield 1
    yield d.n
log = []
def h():
    s = 0
    for k in range(50):
        for x in g2(log, k): s += x
        log.append(-k)
    return s
print(h(), log)
def tree(n):
    if n == 0: return
    yield n
    yield from tree(n-1)
print([sum(tree(i)) for i in range(8)] * 1, sum(sum(tree(i % 9)) for i in range(200)))
def itend():
    out = []
    for k in range(60):
        l = [1,2,3]
        it = iter(l)
        for x in it: pass
        l.append(4)
        out.append(next(it, "end"))
        it = iter((1,2))
        out.append(sum([y for y in it]) + sum(it))
    return out
print(itend())
