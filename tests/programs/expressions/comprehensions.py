# List, set, dict comprehensions and generator expressions: scope, order, nesting, conditions, errors.
print([x * x for x in range(5)], {x % 3 for x in range(9)}, {x: x * x for x in range(4)}, list(x for x in "abc"))
print([x for x in range(20) if x % 2 if x % 3], [(x, y) for x in range(3) for y in range(x) if x + y > 1])
print([[j for j in range(i)] for i in range(4)], {i: {j: [k for k in range(j)] for j in range(i)} for i in range(3)})
print([x for x, in [(1,), (2,)]], [a + b for a, b in {"x": "y"}.items()], [y for x in [[1, 2], [3]] for y in x], [z for *_, z in [(1, 2), (3,)]])
print([*(x for x in range(3)), *[y for y in "ab"]], (lambda: [i for i in range(3)])(), [f(2) for f in [lambda v: v + 1, lambda v: v * 5]])
log = []


def see(x, tag=""):
    log.append(f"{tag}{x}")
    return x


[see(y, "y") for x in see([1, 2], "outer") for y in see([x, x * 10], "inner") if see(y > 1, "if")]
print(log)
log.clear()
{see(k, "key"): see(k * 2, "value") for k in "ab"}
print(log)
log.clear()
g = (see(i) for i in see([1, 2, 3], "first iterable "))
print(log)
print(next(g), log)
print(list(g), log)
try:
    (x for x in 5)
except TypeError as e:
    print(e)
g = (y for x in [1] for y in 5)
try:
    next(g)
except TypeError as e:
    print(e)


def scopes():
    x = "outer"
    inner = [x for x in range(3)]
    use = [(x, y) for y in "ab"]
    fs = [lambda: x for x in range(3)]
    gs = [lambda x=x: x for x in range(3)]
    return x, inner, use, [f() for f in fs], [g() for g in gs]


print(scopes())


class K:
    data = [1, 2, 3]
    first = [x for x in data]
    try:
        second = [data for x in data]
    except NameError as e:
        second = str(e)
    third = [x for x in data if x > 1]
    pairs = [(x, y) for x in data for y in range(x)]


print(K.first, K.second, K.third, K.pairs, hasattr(K, "x"))


def walrus():
    total = 0
    running = [total := total + v for v in range(5)]
    last = [w for v in "xyz" if (w := v.upper()) != "Y"]
    return total, running, last, w


print(walrus())


def stops():
    def it():
        yield 1
        raise StopIteration
    for make in (lambda: [x for x in it()], lambda: list(x for x in it()), lambda: [next(iter([])) for x in "a"], lambda: list(next(iter([])) for x in "a")):
        try:
            print(make())
        except Exception as e:
            print(type(e).__name__, e, repr(e.__cause__))


stops()
for bad in ("[1 / x for x in (1, 0)]", "{x: 1 for x in [[]]}", "{[] for x in 'a'}", "[x for x in undefined]", "[undefined for x in 'a']",
            "[x for x in None]", "{k: v for k, v in [1]}", "{k: v for k, v in [(1, 2, 3)]}", "[a for a, b in ['x']]", "len(i for i in ())"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
duplicates = {k: v for k, v in [(1, "a"), (True, "b"), (1.0, "c")]}
print(duplicates)
print(sum(x * y for x in range(4) for y in range(4)), max((len(w), w) for w in ["a", "bbb", "cc"]), sorted({c for c in "hello"}))
print(dict((k, [v for v in range(k)]) for k in range(3)), tuple(i for i in range(3)), "".join(str(i) for i in range(5)), set(i % 2 for i in range(5)))
gen = (x for x in range(3))
print(type(gen).__name__, gen.__name__, gen.__qualname__, iter(gen) is gen, list(gen), list(gen))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [cell for row in matrix for cell in row if cell % 2])
print([x if x % 2 else -x for x in range(5)], [not x for x in (0, 1)], [(yield_, 1)[0] for yield_ in "q"])
print([x for x in [y for y in [z for z in range(3)]]], list((i, j) for i in (a for a in range(2)) for j in (b for b in range(2))))
primes = [n for n in range(2, 60) if all(n % d for d in range(2, int(n ** 0.5) + 1))]
print(primes)
