# sorted and list.sort: stability, keys, reverse, many shapes of input, only __lt__ used, big inputs against a reference.
seed = 7


def rnd(n):
    global seed
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed // 65536 % n


class Item:
    count = 0
    def __init__(self, k, i): self.k, self.i = k, i
    def __lt__(self, o): Item.count += 1; return self.k < o.k
    def __repr__(self): return f"{self.k}.{self.i}"


def insertion(l, lt):
    out = []
    for x in l:
        i = len(out)
        while i and lt(x, out[i - 1]): i -= 1
        out.insert(i, x)
    return out


for n in (0, 1, 2, 3, 5, 10, 31, 32, 33, 63, 64, 65, 100, 200, 513):
    for shape in ("random", "few", "up", "down", "saw", "same", "almost"):
        keys = {"random": lambda i: rnd(1000), "few": lambda i: rnd(4), "up": lambda i: i, "down": lambda i: -i, "saw": lambda i: i % 7, "same": lambda i: 1, "almost": lambda i: i if rnd(10) else rnd(n)}[shape]
        items = [Item(keys(i), i) for i in range(n)]
        expected = insertion(items, lambda a, b: a.k < b.k) if n <= 100 else None
        result = sorted(items)
        assert expected is None or result == expected, (n, shape)
        assert all(a.k < b.k or a.k == b.k and a.i < b.i for a, b in zip(result, result[1:])), (n, shape)
        rev = sorted(items, reverse=True)
        assert all(a.k > b.k or a.k == b.k and a.i < b.i for a, b in zip(rev, rev[1:])), (n, shape)
        by_key = sorted(items, key=lambda x: x.k)
        assert by_key == result
        copy = items[:]
        copy.sort(key=lambda x: -x.k)
        assert copy == rev
print("comparisons made:", Item.count)
print(sorted([3, 1, 2]), sorted("hello"), sorted({"b": 1, "a": 2}), sorted((3, 1), reverse=True), sorted([]), sorted([1, 2.5, True, -1]), sorted(["b", "B", "a", "A"]), sorted(["b", "B", "a", "A"], key=str.lower), sorted(["aa", "b", "ccc"], key=len), sorted(range(5), key=lambda x: x % 3), sorted([[2], [1, 5], [1]]), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([1, 2, 3], key=lambda x: 0), sorted([1, 2, 3], key=None, reverse=0), sorted([1, 2, 3], reverse=True, key=lambda x: 0), sorted("ß é e z".split()), sorted([b"b", b"a"]), sorted([1e10, -1e10, 0.0, -0.0]), sorted([10 ** 20, 1, -10 ** 20, 2 ** 62]), sorted([True, False, True]), sorted(x for x in (3, 2)), sorted([frozenset([1, 2]), frozenset([1])], key=len), sorted([{1}, {1, 2}, set()]), sorted([float("inf"), 1, -float("inf")]))
for bad in ("sorted([1, 'a'])", "sorted([1, None])", "sorted([[1], (1,)])", "sorted([1j, 2j])", "sorted(5)", "sorted()", "sorted([1], lambda x: x)", "sorted([1], cmp=1)", "sorted([1], key=5)", "sorted([1], reverse='x')", "sorted([1], reverse=None)", "sorted([1, 2], key=lambda: 1)", "sorted([1, 2], key=lambda x: None)", "sorted(['a', 1, 'b'])", "sorted([object(), object()])", "sorted([1, 'a'], key=str)", "sorted([(1, 'a'), (1, 2)])", "sorted([1.5, 'x'])", "sorted([b'a', 'a'])", "sorted([{}, {}])", "sorted([int, str])", "sorted([1], key=lambda x: 1 / 0)", "sorted([2, 1], key=print)", "[].sort(5)", "[3, 1].sort(key=lambda x: x, reverse=True)", "sorted([None])", "sorted([[], 5][:1])", "sorted(iterable=[1])"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split(" at 0x")[0])


class LtOnly:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v


class GtOnly:
    def __init__(self, v): self.v = v
    def __gt__(self, o): return self.v > o.v


class Neither: pass


class Truthy:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return [1] if self.v < o.v else ""


for cls in (LtOnly, GtOnly, Truthy):
    print(cls.__name__, [x.v for x in sorted(map(cls, [3, 1, 2]))])
log = []


class Log:
    def __init__(self, v): self.v = v
    def __lt__(self, o): log.append((self.v, o.v)); return self.v < o.v


sorted([Log(v) for v in (3, 1, 2, 5, 4)])
print(log); log.clear()
sorted([Log(v) for v in (1, 2, 3, 4)]); print(log); log.clear()
sorted([Log(v) for v in (4, 3, 2, 1)]); print(log); log.clear()
sorted([(Log(1), 5), (Log(1), 3)] if 0 else [Log(2), Log(1)], reverse=True); print(log); log.clear()
calls = []
print(sorted("bca", key=lambda c: calls.append(c) or c), calls)
words = "the quick brown fox jumps over the lazy dog again and again".split()
words.sort(); words.sort(key=len); words.sort(key=lambda w: w[-1], reverse=True)
print(words)
rows = [("bob", 3), ("al", 1), ("cy", 3), ("di", 1)]
rows.sort(key=lambda r: r[0]); rows.sort(key=lambda r: r[1], reverse=True)
print(rows, min(rows, key=lambda r: r[1]), max(rows, key=lambda r: r[1]))
data = [rnd(10 ** 6) for _ in range(2000)]
s = sorted(data)
print(s[:3], s[-3:], s == sorted(data[::-1]), sorted(data, key=lambda x: -x) == s[::-1], sorted(map(str, data)) == sorted(sorted(map(str, data))), sum(a <= b for a, b in zip(s, s[1:])))
