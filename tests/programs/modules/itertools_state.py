# State of iterators: __reduce__, __setstate__, copies, at every step.
import copy
from itertools import *

def state(it):
    r = it.__reduce__()
    return tuple(x if isinstance(x, (type, tuple, int, str, type(None))) and "object at" not in repr(x) else type(x).__name__ for x in r) if isinstance(r, tuple) else r

makers = [lambda: count(3), lambda: count(3, 2.5), lambda: cycle("ab"), lambda: repeat("x", 3), lambda: repeat(1), lambda: accumulate([1, 2, 3]), lambda: accumulate([1, 2], initial=5), lambda: accumulate([None, 1], lambda a, b: a),
          lambda: chain("ab", "c"), lambda: chain.from_iterable(["a", "bc"]), lambda: compress("abcd", [1, 0, 1, 1]), lambda: dropwhile(bool, [1, 0, 2]), lambda: takewhile(bool, [1, 2, 0, 3]), lambda: filterfalse(None, [0, 1, 0]),
          lambda: starmap(max, [(1, 2), (3, 0)]), lambda: islice("abcdef", 1, 5, 2), lambda: islice("abc", None), lambda: zip_longest("ab", "c", fillvalue=0), lambda: product("ab", "cd"), lambda: product("", "a"), lambda: product("ab", repeat=2),
          lambda: permutations("abc", 2), lambda: combinations("abc", 2), lambda: combinations("ab", 3), lambda: combinations_with_replacement("ab", 2), lambda: tee("abc")[1]]
for make in makers:
    it = make()
    for n in range(5):
        try:
            print(type(it).__name__, n, state(it), list(islice(copy.copy(it), 6)) if n < 3 and type(it).__name__ in ("count", "repeat", "product", "permutations", "combinations", "combinations_with_replacement", "_tee") else "")
            next(it)
        except StopIteration:
            print("end")
            break
bad = [1, (), (1,), ("a", 2, 3, 4), None]
for it in [cycle("a"), chain(), combinations("ab", 1), permutations("ab", 1), product("ab"), groupby("a"), islice("a", 1), combinations_with_replacement("ab", 1), tee("a")[0]]:
    for s in bad:
        try:
            print(type(it).__name__, it.__setstate__(s))
        except Exception as e:
            print(type(it).__name__, type(e).__name__, e)
p = permutations("abc", 2)
for s in [(1, 2), ((1,), (2,)), ((0, 9, 2), (7, 1))]:
    try:
        p.__setstate__(s)
        print(p.__reduce__(), list(p))
    except Exception as e:
        print(type(e).__name__, e)
c = combinations("abc", 2)
c.__setstate__((5, -1))
print(c.__reduce__(), list(c))
g = groupby([1, 1, 2], lambda v: v * 10)
k, first = next(g)
print(k, state(first)[0], g.__reduce__()[2])
print(list(first), g.__reduce__()[2], next(g)[0], first.__reduce__())
a, b = tee(range(130))
print([next(a) for _ in range(60)][-1], next(b), a.__reduce__()[2][1], [len(x) if isinstance(x, list) else type(x).__name__ for x in b.__reduce__()[2][0].__reduce__()[1]], sum(a), sum(b), next(a, "end"))
data, tee_type = type(b.__reduce__()[2][0]), type(a)
for args in [(iter("ab"), [1, 2], None), (iter("a"), [0] * 57, None), (iter("a"), [0] * 58, None), (iter("a"), [0], 1), (iter("a"), (1,), None)]:
    try:
        t = tee_type("")
        t.__setstate__((data(*args), 1))
        print(list(t)[-3:])
    except Exception as e:
        print(type(e).__name__, e)
from collections import deque
d = deque("abc")
i = iter(d)
next(i)
print(i.__reduce__()[1], reversed(d).__reduce__()[1], list(type(i)(d, 1)), list(type(reversed(d))(d, 2)), type(i)(d, 9).__reduce__()[1])
