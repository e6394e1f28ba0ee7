# Sequence unpacking: in assignments, for targets, calls and displays; from iterators, with errors midway.
class Iter:
    def __init__(self, n, fail_at=None):
        self.n, self.i, self.fail_at = n, 0, fail_at

    def __iter__(self):
        print("iter", end=" ")
        return self

    def __next__(self):
        if self.i == self.fail_at:
            raise LookupError("failed at %d" % self.i)
        if self.i == self.n:
            print("stop", end=" ")
            raise StopIteration
        self.i += 1
        print("next", self.i, end=" ")
        return self.i


def attempt(source, **names):
    try:
        exec(source, names)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        del names["__builtins__"]
        print({k: v for k, v in names.items() if not isinstance(v, Iter)})


for n in range(2, 5):
    attempt("a, b, c = it", it=Iter(n))
    attempt("a, *b, c = it", it=Iter(n))
    attempt("*a, b, c = it", it=Iter(n))
    attempt("a, b, c, *d = it", it=Iter(n))
attempt("a, b = it", it=Iter(3, 1))
attempt("*a, = it", it=Iter(3, 2))
attempt("a, *b, c, d = it", it=Iter(2))
attempt("a, b = 5")
attempt("a, b = None")
attempt("a, b = object")
attempt("[a, b] = {'x': 1, 'y': 2}")
attempt("a, (b, c) = 1, 'xy'")
attempt("a, (b, c) = 1, 'xyz'")
attempt("a = *range(3), *'ab', 9")
attempt("a = [*range(2), *[], *(1,), *{'k': 1}]")
attempt("a = {*'aa', *[1], 2} == {'a', 1, 2}")
attempt("a = {**{'a': 1}, 'b': 2, **{'a': 3}}")
attempt("a = [*5]")
attempt("a = {**5}")
attempt("a = {**[1]}")
attempt("a = (*None,)")
attempt("a = {*1}")

for a, *b in [(1, 2, 3), "xyz", [0]]:
    print(a, b)
for (a, b), c in [((1, 2), 3), ("ab", "c")]:
    print(a, b, c)
for i, (x, [y, *z]) in enumerate([(1, (2, 3, 4)), (5, "678")]):
    print(i, x, y, z)
for d["k"] in ([d := {}] and [1, 2]):
    pass
print(d)
try:
    for a, b in [(1, 2), (3,)]:
        print(a, b)
except ValueError as e:
    print(e)


def f(*args, **kwargs):
    return args, kwargs


print(f(*[1, 2], *"ab", 3, *(), **{"x": 1}, y=2, **{"z": 3}))
print(f(*(i for i in range(3))), f(*{1: 2}), f(**{}))


def bad(source):
    try:
        print(eval(source))
    except Exception as e:
        print(type(e).__name__ + ":", e)


for source in ("f(*1)", "f(**1)", "f(**{1: 2})", "f(**{'a': 1}, **{'a': 2})", "f(a=1, **{'a': 2})", "f(*[1], *None)",
               "f(**[('a', 1)])", "len(*[1, 2])", "len(**{'a': 1})", "dict(**{'a b': 1}, **{'': 2})", "f(*'', **{})"):
    bad(source)


class Mapping:
    def keys(self): return ["p", "q"]
    def __getitem__(self, key): return key * 2


print(f(**Mapping()), {**Mapping()}, dict(Mapping()))


class HalfMapping:
    def keys(self): return ["p"]


class BadKeys:
    def keys(self): return 5
    def __getitem__(self, key): return 1


for m in (HalfMapping(), BadKeys()):
    for expression in ("f(**m)", "{**m}"):
        try:
            eval(expression)
        except Exception as e:
            print(type(e).__name__ + ":", e)
a, b = b, a = 1, 2
print(a, b)
x = [0, 1, 2]
i = 0
i, x[i], x[i - 1] = 2, "two", "one"
print(i, x)
