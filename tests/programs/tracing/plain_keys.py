"""Look-ups by strings and ints in dicts and sets in hot loops: what is found, missing, changed meanwhile; keys that ask Python; and
inner loops over dicts, sets and text that come to their end."""


class Key:
    """Equal to an int, and says when it is asked."""
    asked = 0
    def __init__(self, n): self.n = n
    def __hash__(self): return hash(self.n)
    def __eq__(self, other):
        Key.asked += 1
        return self.n == other


class Text(str): pass


def items(n):
    words, numbers, mixed = {"a": 1, "b": 2, "c": 3}, {i: i * i for i in range(10)}, {1: "int", "1": "str", 2.0: "float", True: "one"}
    s, seen = 0, []
    for i in range(n):
        s += words["abc"[i % 3]] + numbers[i % 10]
        seen.append(mixed[1 + i % 2] + mixed["1"])
    return s, sorted(set(seen))


def missing(n):
    d, counts = {"a": 1, 2: 3}, [0, 0, 0]
    for i in range(n):
        try: d["b" if i % 3 else "a"]
        except KeyError as e: counts[0] += e.args == ("b",)
        try: d[i % 4]
        except KeyError as e: counts[1] += e.args[0]
        counts[2] += d.get("b", i) + d.get(2) + (d.get("x") is None) + d.get(i, 7)
    return counts


def asking(n):
    d, s, found = {Key(1): "k1", 5: "five", Key(2 ** 61): "big"}, {Key(3), 4}, []
    for i in range(n):
        k = i % 6
        found.append((d.get(k), k in d, k in s, k in frozenset(s)))
        try: found.append(d[k])
        except KeyError: found.append(None)
        s.add(k)
        if i % 10 == 0: s.discard(k)
    return found[:8], len(s), Key.asked


def subclasses(n):
    d, s, out = {Text("x"): 1, "y": 2, True: 3}, {Text("x"), 1.0}, []
    for i in range(n):
        for k in "x", "y", 1, Text("y"), False: out.append((d.get(k, -1), k in d, k in s, k in {"y", 1}))
    return out[:5] == out[-5:], out[:5]


def sizes(n):
    """Numbers beyond what is quickly compared."""
    d = {2 ** 40: "a", 2 ** 64: "b", -1: "c", -2: "d", 2 ** 61 - 1 + 5: "e", 5: "f"}
    out = []
    for i in range(n):
        for k in 2 ** 40, 2 ** 64, -1, -2, 5, 2 ** 61 + 4, 2 ** 61 - 1 - 1: out.append(d.get(k))
        out.append(d[2 ** 40 + i - i] + d[-1])
    return out[:8], len(set(map(str, out)))


def kept(n):
    """A value that was found, and goes from the dict before it is used."""
    s = 0
    d = {"k": [0]}
    for i in range(n):
        v = d["k"]
        d["k"] = [i]
        w = d["k"]
        del d["k"]
        s += v[0] + w[0]
        d["k"] = w
        u = d.get("k", None)
        d.clear()
        s += u[0] + (d["k"] if "k" in d else 1)
        d["k"] = u
    return s


def counting(n):
    counts, text = {}, "the cat and the dog and the bird"
    for i in range(n):
        for word in text.split(): counts[word] = counts.get(word, 0) + 1
        counts[i % 5] = counts.get(i % 5, i) + 1
    return counts


def sets(n):
    sizes = {}
    for i in range(n):
        s = {k * i % 11 for k in range(9)}
        t = {str(k % (i + 1)) for k in range(20)}
        sizes[i] = len(s), len(t), sum(x in s for x in range(11)), i in s, "3" in t, "3" not in t
    return [sizes[i] for i in (0, 1, 5, n - 1)]


def inner_ends(n):
    d, s, text, out = {"a": 1, "b": 2}, {7}, "xyz", 0
    for i in range(n):
        for k, v in d.items(): out += v
        for k in d: out += len(k)
        for v in d.values(): out += v
        for v in s: out += v
        for c in text: out += ord(c)
        for c in "é€": out += ord(c)
        for j, c in enumerate(text): out += j
        for a, b in zip(text, d): out += len(a + b)
        for a, b in zip([1, 2], range(i % 3)): out += a * b
        out += sum([v for k, v in d.items() if k != "b"])
    return out


def shared_ends(n):
    """Iterators that somebody else has stay at their end."""
    out = []
    for i in range(n):
        d = {1: 2}
        it = iter(d)
        for k in it: pass
        d[2] = 3
        out.append(list(it))
        it = iter("ab")
        e = enumerate(it)
        for j, c in e: pass
        out.append(list(it) + list(e))
        source = iter([1, 2, 3])
        for a, b in zip(source, "x"): pass
        out.append(next(source))
    return out[:3], len(set(map(str, out)))


def changed_size(n):
    counts = {}
    for i in range(n):
        d, s = {1: 1, 2: 2}, {1, 2}
        try:
            for k in d:
                if i % 7 == 6: d[k + 10] = 1
        except RuntimeError as e: counts[str(e)] = counts.get(str(e), 0) + 1
        try:
            for k, v in d.items():
                if i % 5 == 4:
                    del d[k]
                    d[k + 20] = v
        except RuntimeError as e: counts[str(e)] = counts.get(str(e), 0) + 1
        try:
            for k in s:
                if i % 6 == 5: s.add(k + 10)
        except RuntimeError as e: counts[str(e)] = counts.get(str(e), 0) + 1
    return counts


class Loud:
    def __init__(self, log): self.log = log
    def __del__(self): self.log.append("gone")


def dropped_at_end(n):
    """What an inner loop went over goes at its end."""
    log, marks = [], []
    for i in range(n):
        for k, v in {"a": Loud(log)}.items(): marks.append(len(log))
        marks.append(len(log))
        k = v = None
        marks.append(len(log))
    return marks[-3:], len(log)


for f in items, missing, asking, subclasses, sizes, kept, counting, sets, inner_ends, shared_ends, changed_size, dropped_at_end:
    print(f.__name__, f(60))
