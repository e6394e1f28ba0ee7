# Function, method, builtin and code objects: their attributes, representation and comparison.
def f(a, b=2, *args, c, d=4, **kw) -> int:
    "doc of f"
    x = 1
    y = lambda: x
    return y


print(f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__closure__, f.__dict__)
co = f.__code__
print(co.co_name, co.co_qualname, co.co_argcount, co.co_posonlyargcount, co.co_kwonlyargcount, co.co_nlocals, co.co_varnames, co.co_cellvars, co.co_freevars,
      co.co_names, co.co_flags, co.co_firstlineno, co.co_stacksize > 0, type(co.co_code).__name__, co.co_filename.split("/")[-1])
print([type(c).__name__ for c in co.co_consts], f.__globals__ is globals(), f.__builtins__ is __builtins__.__dict__ or f.__builtins__ is __builtins__)
f.attr = 1
f.__dict__["other"] = 2
print(f.attr, f.other, sorted(f.__dict__), hasattr(f, "nope"))
del f.attr
f.__name__, f.__qualname__, f.__doc__ = "renamed", "q.renamed", ["any"]
print(f.__name__, f.__qualname__, f.__doc__, repr(f).split(" at ")[0], co.co_name)
f.__module__ = "elsewhere"
print(f.__module__)


def g(): return "g"
def h(x, y=1): return "h"


h.__code__ = g.__code__
print(h())


def with_free():
    z = 1
    return lambda: z


try:
    g.__code__ = with_free().__code__
except ValueError as e:
    print(e)


class C:
    def m(self): "method doc"; return self
    @classmethod
    def cm(cls): pass
    @staticmethod
    def sm(): pass
    class In:
        def deep(self): return lambda: 0


c = C()
m = c.m
print(m.__self__ is c, m.__func__ is C.__dict__["m"], m.__name__, m.__doc__, m.__qualname__, m == c.m, m is c.m, hash(m) == hash(c.m), m != C().m, c.cm.__self__ is C)
print(repr(C.m).split(" at ")[0], repr(m).split(" of ")[0], C.In.deep.__qualname__, C.In().deep().__qualname__, C.sm is C.__dict__["sm"].__func__, type(C.__dict__["cm"]).__name__)
for obj, name, value in ((m, "x", 1), (m, "__name__", "n"), (len, "x", 1), (C.m, "x", 1), (f.__code__, "co_name", "z"), (len, "__name__", 1), (m, "__self__", 1), (g, "__globals__", {})):
    try:
        setattr(obj, name, value)
        print("set", name)
    except Exception as e:
        print(type(e).__name__, e)
print(len, len.__name__, len.__self__.__name__, len.__module__, repr([].append).split(" at ")[0], [].append.__name__, [].append.__self__, str.upper, str.upper.__objclass__, "a".upper.__qualname__)
print(int.__add__, repr((1).__add__).split(" at ")[0], list.__len__.__name__, object.__init__, type.__call__.__name__, dict.fromkeys.__self__, int.real, type(str.__dict__["maketrans"]))
print([].append == [].append, (1).__add__ == (1).__add__, len == len, "a".upper == "a".upper, str.upper == str.lower)
FT, MT, CT = type(f), type(m), type(co)
print(FT, MT, CT, type(len), type([].append), type(str.upper), type(int.__add__), type((1).__add__), type(int.real), type(C.__dict__["cm"]), type(C.__dict__["sm"]))
k = FT(g.__code__, {"x": 1}, "knew", (1, 2))
print(k.__name__, k(), k.__defaults__, k.__globals__)
bound = MT(lambda self, a: (self, a), 5)
print(bound(6), bound.__self__, MT(len, [1, 2])(), MT(print, "bound print")("arg"))
for bad in (lambda: FT(), lambda: FT(1, {}), lambda: FT(g.__code__, 1), lambda: FT(g.__code__, {}, 1), lambda: FT(with_free().__code__, {}), lambda: MT(1, 2), lambda: MT(g, None), lambda: MT(g),
            lambda: FT(g.__code__, {}, None, 5), lambda: CT()):
    try:
        bad()
    except TypeError as e:
        print(e)
r = co.replace(co_name="changed", co_firstlineno=99)
print(r.co_name, r.co_firstlineno, r == co, co == co.replace(), hash(co) == hash(co.replace()))


def lines():
    a = 1

    return a


print([line - lines.__code__.co_firstlineno for _, _, line in lines.__code__.co_lines() if line is not None], list(g.__code__.co_positions())[-1][2:])
print(callable(f), callable(C), callable(c), callable(len), callable(5), callable(lambda: 0), (lambda: 0).__name__, (lambda x: x).__code__.co_varnames)
def gen(): yield
async def coro(): pass
async def agen(): yield
for fn in (gen, coro, agen, g, lambda: (yield)):
    print(fn.__name__, hex(fn.__code__.co_flags))
