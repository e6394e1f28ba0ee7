# Closures: sharing of cells, rebinding, nesting, cells as objects, in classes, generators and comprehensions.
def make():
    value = 0
    def get(): return value
    def put(v):
        nonlocal value
        value = v
    return get, put


get, put = make()
get2, put2 = make()
put(5); put2("other")
print(get(), get2(), get.__closure__[0].cell_contents, get.__code__.co_freevars, make.__code__.co_cellvars)
print(get.__closure__[0] is put.__closure__[0], get.__closure__[0] is get2.__closure__[0], make.__closure__)
get.__closure__[0].cell_contents = "set through the cell"
print(get())
del get.__closure__[0].cell_contents
try:
    get()
except NameError as e:
    print(type(e).__name__, e)
try:
    get.__closure__[0].cell_contents
except ValueError as e:
    print(e)
cell_type = type(get.__closure__[0])
c = cell_type(3)
empty = cell_type()
print(c.cell_contents, c == cell_type(3), c < cell_type(4), empty < c, empty == cell_type(), cell_type.__name__)
try:
    cell_type(1, 2)
except TypeError as e:
    print(e)


def adders(n):
    return [lambda x, i=i: x + i + n for i in range(3)]


print([f(10) for f in adders(100)])


def compose(*fs):
    def composed(x):
        for f in reversed(fs):
            x = f(x)
        return x
    return composed


print(compose(str, lambda x: x + 1, int)("41"))


def deep(a):
    def l1(b):
        def l2(c):
            def l3(d):
                return a, b, c, d
            return l3
        return l2
    return l1


print(deep(1)(2)(3)(4), deep(1)(2)(3).__code__.co_freevars)


def parameters(a, *args, k=1, **kw):
    def inner():
        nonlocal a, k
        a, k = k, a
        return a, args, k, kw
    return inner


p = parameters(1, 2, 3, z=4)
print(p(), p())


def in_class(x):
    class Inner:
        y = x
        def get(self): return x, self.y
        def change(self, v):
            nonlocal x
            x = v
            return self
        @staticmethod
        def lam(): return [x for _ in range(2)], (lambda: x)()
    return Inner


cls = in_class("first")
o = cls()
print(o.get(), o.change("second").get(), cls.lam())


def generator(n):
    total = 0
    def add(v):
        nonlocal total
        total += v
    for i in range(n):
        add(i)
        yield total


print(list(generator(6)))


def loop_cells():
    fs = []
    for i in range(3):
        j = i * 10
        def f(): return i, j
        fs.append(f)
    return [f() for f in fs], len({id(f.__closure__[0]) for f in fs})


print(loop_cells())


def recursive():
    def fact(n): return 1 if n < 2 else n * fact(n - 1)
    def even(n): return n == 0 or odd(n - 1)
    def odd(n): return n != 0 and even(n - 1)
    return fact(20), even(10), odd(7), fact.__closure__[0].cell_contents is fact


print(recursive())


def counter_class():
    count = [0]
    class Counter:
        def __enter__(self): count[0] += 1; return count
        def __exit__(self, *a): count[0] -= 1
    return Counter()


with counter_class() as n: print(n)
print(n)


def memo(f):
    cache = {}
    def wrapper(*args):
        if args not in cache:
            cache[args] = f(*args)
        return cache[args]
    wrapper.cache = cache
    return wrapper


@memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache))


def build(code_of, *cells):
    return type(code_of)(code_of.__code__, {}, "built", (), tuple(cell_type(v) for v in cells))


def template():
    a = b = None
    def f(): return a, b
    return f


print(build(template(), 1, 2)())
for cells in ((1,), (1, 2, 3)):
    try:
        build(template(), *cells)
    except ValueError as e:
        print(e)
y = "global"


def shadow():
    exec("y = 1")
    def inner(): return y
    return inner()


print(shadow(), (lambda a: (lambda: (lambda: a)()))(7)(), [f() for f in [(lambda v: lambda: v)(i) for i in range(3)]])
