# Calls: argument order of evaluation, positional and keyword forms, stars in all places, callables of all kinds.
log = []


def see(x):
    log.append(x)
    return x


def f(*args, **kwargs):
    return args, kwargs


print(f(see(1), see(2), a=see(3), *see([4, 5]), b=see(6), **see({"c": 7})), log)
log.clear()
print(see(f)(see("x"), *see("yz"), see("w"), k=see(1), **see({"l": 2}), m=see(3), **see({"n": 4})), log[1:])
log.clear()


def g(a, b=2, /, c=3, *d, e, h=8, **i):
    return a, b, c, d, e, h, i


print(g(1, e=5), g(1, 2, 3, 4, 5, e=6), g(1, c=9, e=0, z=1), g(1, e=1, a=2, b=3), g(*range(6), **{"e": 1, "h": 2, "q": 3}))
for text in ("g()", "g(1)", "g(e=1)", "g(1, e=1, e2=2, **{'e': 3})", "g(1, 2, 3, c=4, e=5)", "g(b=1, e=1)", "g(1, **{'e': 1, 'e ': 2})"):
    try:
        print(eval(text))
    except TypeError as e:
        print(text, "->", e)


class Callable:
    def __call__(self, *a, **k): return "called", a, k


class Meta(type):
    def __call__(cls, *a): return "meta", cls.__name__, a


class M(metaclass=Meta): pass


c = Callable()
print(c(1, x=2), c.__call__(3), Callable.__call__(c, 4), M(5), type.__call__(M).__class__.__name__, (lambda *a: a)(6), (lambda: 7)())
print([].append.__call__(1), len.__call__("abc"), int("5"), str(5), "a-b".split("-"), str.split("a b"), list.__len__([1]), (1).__add__(2))


class B:
    def m(self, *a, **k): return self.__class__.__name__, a, k
    @classmethod
    def c(cls, *a): return cls.__name__, a
    @staticmethod
    def s(*a): return a
    __slots__ = ()


b = B()
bound = b.m
print(bound(1), bound.__func__(b, 2), bound.__self__ is b, B.m(b, 3), b.c(4), B.c(5), b.s(6), B.s(7), b.m(*[8], **{"k": 9}), bound == b.m, bound.__name__)
try:
    B.m()
except TypeError as e:
    print(e)
for bad in (5, None, "text", [], {}, c.__class__.__dict__, object(), ..., 1.5, b, (1, 2)):
    try:
        bad(1)
    except TypeError as e:
        print(e)
    try:
        bad(*[1], **{})
    except TypeError as e:
        print(e)


def recurse(n, *args, **kw):
    return (n, args, kw) if n == 0 else recurse(n - 1, n, *args, **kw, **{f"k{n}": n})


print(recurse(3))


def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, *rest):
    return a0 + a9, len(rest)


print(many(*range(300)), f(*[i for i in range(5)])[0])
args = [1, 2]


def mutate(*a):
    args.append(3)
    return a


print(mutate(*args), args)
kw = {"a": 1}


def mutate_kw(**k):
    k["b"] = 2
    return k


print(mutate_kw(**kw), kw)
print((lambda a, b: (a, b))(b=1, a=2), (lambda *, k: k)(k=3), (lambda a, /: a)(4), (lambda **k: k)(self=1, cls=2, args=3))
print(max(1, 2, key=lambda v: -v), sorted([3, 1, 2], reverse=True), print("in call", end="|") or "then", int("ff", base=16), "{}{k}".format(1, k=2))
x = 5
print((x.bit_length)(), (5).bit_length(), 5 .bit_length(), 5..is_integer(), "".join(["a", "b"]), [1, 2].__getitem__(0))
print(f(*(), **{}), f(*"", *b"ab"), f(*{1: 2}, *{3}), f(*range(2), **dict(a=1)), f(*f(1)[0]))
