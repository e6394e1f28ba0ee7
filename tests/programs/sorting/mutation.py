# What callbacks see and do during a sort: the list looks empty, changes are refused, errors leave a permutation.
l = [3, 1, 2]
seen = []
l.sort(key=lambda x: (seen.append((len(l), list(l))), x)[1])
print(l, seen)


class C:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        seen.append(len(objects))
        return self.v < o.v
    def __repr__(self): return f"C{self.v}"


seen.clear()
objects = [C(3), C(1), C(2)]
objects.sort()
print(objects, seen)
for change in ("l.append(9)", "l.clear()", "l.extend([1, 2])", "l.insert(0, 1)", "l[:] = [7]", "l.sort()", "l.reverse()", "l += [5]", "l.pop() if l else None", "len(l)", "l.index(1) if l else None", "del l[:]", "l.copy()"):
    l = [3, 1, 2]
    try:
        l.sort(key=lambda x: (exec(change), x)[1])
        print(change, "ok", l)
    except ValueError as e:
        print(change, e, l)
    l = [3, 1, 2]
    try:
        l.sort(key=lambda x: (exec(change), -x)[1], reverse=True)
        print(change, "reverse ok", l)
    except ValueError as e:
        print(change, e, l)
for fail_at in range(1, 7):
    l = [5, 3, 1, 4, 2]
    n = 0
    def key(x):
        global n
        n += 1
        if n == fail_at: raise KeyError(x)
        return x
    try: l.sort(key=key)
    except KeyError as e: print("failed", e, l)
    else: print("sorted", l)


class Fails:
    n = 0
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        Fails.n += 1
        if Fails.n == Fails.limit: raise ZeroDivisionError(f"{self.v} {o.v}")
        return self.v < o.v


for limit in range(1, 9):
    Fails.n, Fails.limit = 0, limit
    l = [Fails(v) for v in (5, 3, 1, 4, 2)]
    try: l.sort(); r = "done"
    except ZeroDivisionError as e: r = f"error {e}"
    print(limit, r, sorted(x.v for x in list(l)) == [1, 2, 3, 4, 5], len(l))
    Fails.n = 0
    l = [Fails(v) for v in (5, 3, 1, 4, 2)]
    try: l.sort(reverse=True)
    except ZeroDivisionError: pass
    print(sorted(x.v for x in list(l)) == [1, 2, 3, 4, 5])


class Nested:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return sorted([self.v, o.v])[0] == self.v and self.v != o.v


print([x.v for x in sorted(map(Nested, [3, 1, 2]))], sorted([[3, 1], [2, 0]], key=sorted), sorted("ba", key=lambda c: sorted(c * 3, key=ord)))


class Evil:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return True


class Random:
    state = 1
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        Random.state = Random.state * 1103515245 + 12345 & 0x7FFFFFFF
        return Random.state >> 16 & 1


for cls in (Evil, Random):
    for n in (2, 5, 40, 100):
        r = sorted(map(cls, range(n)))
        print(cls.__name__, n, sorted(x.v for x in r) == list(range(n)), [x.v for x in r][:10])


class Del:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __del__(self): dropped.append(self.v)


dropped = []
l = [Del(2), Del(1)]
def drop(x):
    l.clear()
    return x.v
l.sort(key=drop)
print([x.v for x in l], dropped)
del l
print(dropped)


class K:
    """A key whose comparison outlives the call of the key function."""
    def __init__(self, x): self.x = x; log.append(f"make {x}")
    def __lt__(self, o): log.append(f"{self.x}<{o.x}"); return self.x < o.x
    def __del__(self): log.append(f"drop {self.x}")


log = []
print(sorted([2, 1, 3], key=K))
print(log[:3], [x for x in log if "<" in x], sorted(x for x in log if x.startswith("drop")))


def gen_key():
    order = iter([2, 0, 1])
    return lambda x: next(order)


print(sorted("abc", key=gen_key()))
try: sorted("abcd", key=gen_key())
except StopIteration as e: print("StopIteration passes through", e.args)
try: list(sorted([1], key=lambda x: next(iter([]))) for _ in "a")
except RuntimeError as e: print(e)
for agg in ("max", "min"):
    f = {"max": max, "min": min}[agg]
    for args, kw in ((([],), {}), (([],), {"default": "d"}), ((5,), {}), ((), {}), (([1, "a"],), {}), ((1, "a"), {}), (([3, 1, 2],), {"key": lambda x: -x}), ((3, 1, 2), {"key": lambda x: -x}), ((1, 2), {"default": 5}), (([1],), {"key": 5}), (([1],), {"x": 1}), (("abc",), {}), ((["a", "b"], ["c"]), {}), (([1, 1.0, True],), {}), (([(1, "x"), (1, "y")],), {"key": lambda p: p[0]}), (([1, 2],), {"key": lambda x: 1 / 0}), (([],), {"key": 5, "default": None}), (([5],), {"key": None}), ((1,), {"key": None})):
        try: print(agg, f(*args, **kw))
        except Exception as e: print(agg, type(e).__name__, e)
