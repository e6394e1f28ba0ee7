# Generators: creation, next, exhaustion, return values, state attributes, arguments, in all positions of an expression.
def simple():
    yield 1
    yield 2
    return "result"


g = simple()
print(type(g).__name__, g.__name__, g.__qualname__, iter(g) is g, next(g), g.__next__())
try:
    next(g)
except StopIteration as e:
    print(e.value, e.args)
print(next(g, "done"), list(g), list(simple()))


def states():
    me = yield "started"
    print(me.gi_running, me.gi_suspended, me.gi_frame is not None)
    try:
        next(me)
    except ValueError as e:
        print(e)
    yield "end"


s = states()
print(s.gi_running, s.gi_suspended, s.gi_frame is None, s.gi_code.co_name, s.gi_yieldfrom)
print(next(s), s.gi_suspended, s.gi_frame.f_lineno - s.gi_code.co_firstlineno)
print(s.send(s), list(s), s.gi_frame, s.gi_suspended)
s.__name__ = "renamed"
print(s.__name__, repr(s).split(" at ")[0], s.__qualname__)
for bad in ("s.__name__ = 5", "s.gi_running = 1", "s.__qualname__ = None", "del s.__name__", "s.nothing", "s.x = 1"):
    try:
        exec(bad)
    except Exception as e:
        print(bad, type(e).__name__, e)


def echo():
    received = []
    try:
        while True:
            x = yield len(received)
            received.append(x)
    finally:
        print("received", received)


e = echo()
print(e.send(None), e.send("a"), next(e), e.send("c"))
e.close()
e.close()
try:
    echo().send(1)
except TypeError as err:
    print(err)


def expressions(n):
    a = (yield 1) + (yield 2)
    b = [(yield 3), (yield 4)]
    c = {(yield 5): (yield 6)}
    d = (yield), (yield 7)
    x = yield
    y = yield x, 1
    print(f"{(yield 8)}", (yield 9) if (yield 10) else (yield 11), not (yield 12), (lambda: (yield))().gi_code.co_name)
    z = yield (yield (yield 13))
    l = [1, 2, 3]
    l[(yield "index") % 3] = yield "value"
    l[0] += yield "aug"
    return a, b, c, d, x, y, z, l


g = expressions(1)
out = [next(g)]
for i in range(100):
    try:
        out.append(g.send(i % 3 if i > 19 else i))
    except StopIteration as stop:
        print(out)
        print(stop.value)
        break


def lazy(log):
    log.append("body started")
    yield
    log.append("after yield")


log = []
z = lazy(log)
print(log)
next(z)
print(log, next(z, None), log)


def args(a, b=2, *c, d, **e):
    yield a, b
    yield c, d, e


print(list(args(1, d=4)), list(args(1, 5, 6, 7, d=8, f=9)))
try:
    args()
except TypeError as err:
    print(err)


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def take(n, it):
    for _, x in zip(range(n), it):
        yield x


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1


print(list(take(15, fib())), list(take(10, primes())))


def early(n):
    for i in range(n):
        if i == 3: return
        yield i


print(list(early(2)), list(early(9)), [*early(2), *early(1)], dict(enumerate(early(3))), max(early(5)), 2 in early(9), sum(early(9)))
a, b, *c = early(9)
print(a, b, c)


class Has:
    def __iter__(self):
        for k in self.items: yield k
    items = "xyz"
    @property
    def prop(self): yield from (1, 2)
    @staticmethod
    def st(): yield "static"
    @classmethod
    def cm(cls): yield cls.__name__
    def __call__(self): yield "called"
    def __contains__(self, k): return (yield)


h = Has()
print(list(h), list(h.prop), list(h.st()), list(Has.cm()), list(h()), sorted(h, reverse=True), 5 in h)


def empty():
    return
    yield


def cond(flag):
    if flag: yield "yes"


print(list(empty()), list(cond(0)), list(cond(1)), list(x for x in cond(1) for y in "ab"))


def infinite_loop_break():
    for x in fib():
        if x > 20: break
        yield x
    else:
        yield "never"
    yield "end"


print(list(infinite_loop_break()))
def interleave(*its):
    its = [iter(i) for i in its]
    while its:
        for it in list(its):
            try: yield next(it)
            except StopIteration: its.remove(it)
print("".join(interleave("abc", "1", "xyzw")))
print([type(x).__name__ for x in ((lambda: (yield))(), (i for i in ()), iter(h))])
for source in ("yield 1", "class C: yield", "[(yield) for x in y]", "def f(x=(yield)): pass", "(yield for x in y)", "def f():\n (yield) = 1", "def f():\n del (yield)", "lambda: (yield) = 1", "def f(): return yield", "def f(): x = yield = 1", "def f(): print(yield 1)"):
    try:
        compile(source, "s", "exec")
        print(source, "ok")
    except SyntaxError as err:
        print(repr(source), err.msg)
