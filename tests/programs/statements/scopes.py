# global, nonlocal, class scopes, comprehension scopes, free variables, late binding.
x = "global"


def reads():
    return x


def shadows():
    x = "local"
    def inner():
        return x
    return inner(), x


def writes():
    global x, made
    x = "changed"
    made = "made here"


print(reads(), shadows())
writes()
print(x, made)


def counter():
    n = 0
    def up(by=1):
        nonlocal n
        n += by
        return n
    def peek():
        return n
    def reset():
        nonlocal n
        n = 0
    return up, peek, reset


up, peek, reset = counter()
up(); up(5)
print(peek())
reset()
print(peek(), up())


def three():
    v = 1
    def two():
        def one():
            nonlocal v
            v *= 3
            return v
        return one
    return two()(), v


print(three())


class Scope:
    x = "class"
    seen = x
    def method(self):
        return x
    listed = [x for _ in range(2)]
    nested = [i for i in [x]]
    class Inner:
        try:
            y = seen
        except NameError as e:
            y = str(e)


print(Scope.seen, Scope().method(), Scope.listed, Scope.nested, Scope.Inner.y)


def class_in_function():
    v = "enclosing"
    class K:
        a = v
        v = "own"
        b = v
        def get(self): return v
    return K.a, K.b, K().get()


try:
    print(class_in_function())
except NameError as e:
    print("NameError", e)


def class_free():
    v = "enclosing"
    class K:
        a = v
        def get(self):
            return v, __class__.__name__
    return K.a, K().get()


print(class_free())
late = [lambda: i for i in range(3)]
print([f() for f in late])
bound = [lambda i=i: i for i in range(3)]
print([f() for f in bound])


def late_loop():
    fs = []
    for k in range(3):
        def f():
            return k
        fs.append(f)
    k = 10
    return [f() for f in fs]


print(late_loop())


def unbound():
    try:
        print(y)
    except UnboundLocalError as e:
        print(e)
    y = 1


unbound()


def free_unbound():
    def inner():
        return later
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    later = "now"
    return inner()


print(free_unbound())
i = "outer"
squares = [i * i for i in range(3)]
print(i, squares, {i: i for i in "ab"}, {i for i in [1]}, list(i for i in (7, 8)))
print([(a, b) for a in range(3) for b in range(a)])


def leak():
    [walrus := j for j in range(4)]
    return walrus


print(leak())


def args(a, *, b):
    def get(): return a, b
    def set_(v):
        nonlocal a, b
        a = b = v
    set_(9)
    return get()


print(args(1, b=2))
exec("def made_by_exec():\n    return x")
print(made_by_exec())
space = {"x": "in dict"}
exec("def g():\n    return x\nr = g()", space)
print(space["r"])
local = {}
exec("x = 5\ny = x", {"z": 1}, local)
print(local)
try:
    exec("x = 1\ndef h(): return x\nh()", {}, {})
except NameError as e:
    print(e)


def show_locals(a, b=2):
    c = a + b
    def inner(): return c
    return sorted(locals())


print(show_locals(1))
