# Binding of arguments: every parameter kind, every error text.
def none(): return "none"
def one(a): return a
def two(a, b): return a, b
def default(a, b=2, c=3): return a, b, c
def star(*args): return args
def kwargs(**kw): return kw
def kwonly(*, a, b=2): return a, b
def posonly(a, b=2, /): return a, b
def posonly_req(a, b, /, c): return a, b, c
def everything(a, b=1, /, c=2, *d, e, f=5, **g): return a, b, c, d, e, f, g
def star_kw(a, *b, **c): return a, b, c
def kw_mix(a, *, b, c, d): return a, b, c, d
def four(a, b, c, d): return a, b, c, d


calls = [
    "none()", "none(1)", "none(1, 2)", "none(a=1)", "none(*[1])", "none(**{'x': 1})",
    "one()", "one(1)", "one(1, 2)", "one(a=1)", "one(1, a=2)", "one(b=1)", "one(a=1, b=2)", "one(*(), **{'a': 4})",
    "two()", "two(1)", "two(b=1)", "two(a=1)", "two(1, 2, 3)", "two(1, b=2)", "two(2, a=1)", "two(b=1, a=2)", "two(1, 2, c=3)",
    "default()", "default(1)", "default(1, c=5)", "default(1, 2, 3, 4)", "default(b=1)", "default(1, d=2)", "default(1, 2, 3, 4, 5, a=1)",
    "star()", "star(1, 2)", "star(a=1)", "star(*'ab', 'c')",
    "kwargs()", "kwargs(a=1, b=2)", "kwargs(1)", "kwargs(1, a=2)", "kwargs(self=1, kw=2)",
    "kwonly()", "kwonly(a=1)", "kwonly(1)", "kwonly(1, a=2)", "kwonly(1, 2, a=2)", "kwonly(b=1)", "kwonly(a=1, c=2)", "kwonly(a=1, b=2, c=3, d=4)",
    "posonly()", "posonly(1)", "posonly(1, 2)", "posonly(a=1)", "posonly(1, b=2)", "posonly(a=1, b=2)", "posonly(1, 2, 3)",
    "posonly_req(1, 2, 3)", "posonly_req(1, c=3)", "posonly_req(c=3)", "posonly_req(1, 2, c=3)", "posonly_req(1, b=2, c=3)", "posonly_req(a=1, b=2, c=3)",
    "everything()", "everything(1)", "everything(1, e=2)", "everything(1, 2, 3, 4, 5, e=6, x=7)", "everything(1, a=5, e=2)", "everything(1, c=1, e=2)", "everything(1, 2, 3, c=4, e=1)",
    "star_kw()", "star_kw(1, 2, x=3)", "star_kw(1, a=2)", "star_kw(b=1, a=2)", "star_kw(1, **{'b': 2, 'c': 3})",
    "kw_mix()", "kw_mix(1)", "kw_mix(1, b=1)", "kw_mix(1, b=1, c=2)", "kw_mix(1, 2)", "kw_mix(1, 2, b=3)", "kw_mix(1, b=1, c=2, d=3)",
    "four()", "four(1)", "four(1, 2)", "four(d=1)", "four(1, 2, 3, 4, 5)",
    "one(**{1: 2})", "kwargs(**{1: 2})", "kwargs(**{'a': 1}, a=2)", "one(*5)", "one(**5)", "kwargs(a=1, **{'a': 2})", "kwargs(**{'b': 1}, **{'b': 2})",
]
for text in calls:
    try:
        print(text, "=", eval(text))
    except TypeError as e:
        print(text, "!", e)


class K:
    def m(self, a): return a
    @classmethod
    def c(cls, a): return a
    @staticmethod
    def s(a): return a
    def nothing(): return "no self"
    def __init__(self, x=0, *, y=1): self.x = x, y
    def __call__(self, z): return z
    def wrong(*args): return len(args)


k = K()
for text in ("k.m()", "k.m(1, 2)", "k.c()", "K.c(1, 2)", "k.s()", "k.s(1, 2)", "k.nothing()", "K.nothing()", "K.m()", "K.m(1)", "K(1, 2)", "K(z=1)", "K(5, y=6).x", "k()", "k(1, 2)",
             "k.wrong(1)", "(lambda a: a)()", "(lambda: 0)(1)", "(lambda *, k: k)()", "[(lambda x: x)() for _ in 'a']", "K.m(k, 1, 2)", "k.m(self=1)", "k.m(a=1, b=2)"):
    try:
        print(text, "=", eval(text))
    except TypeError as e:
        print(text, "!", e)


def outer():
    def inner(a): pass
    class L:
        def meth(self, q): pass
    for f in (inner, L().meth, L.meth):
        try:
            f()
        except TypeError as e:
            print(e)


outer()
print(everything(0, e=1), everything.__defaults__, everything.__kwdefaults__)
everything.__defaults__ = (10,)
everything.__kwdefaults__ = {"e": 50, "f": 60}
print(everything(1, 2))
everything.__kwdefaults__ = None
try:
    everything(1, 2)
except TypeError as e:
    print(e)
everything.__defaults__ = None
try:
    everything(1, e=2, f=3)
except TypeError as e:
    print(e)
for name, value in (("__defaults__", 5), ("__kwdefaults__", [1]), ("__code__", 1), ("__name__", 5), ("__dict__", 1), ("__closure__", ()), ("__globals__", {}), ("__qualname__", None)):
    try:
        setattr(one, name, value)
    except Exception as e:
        print(type(e).__name__, e)
