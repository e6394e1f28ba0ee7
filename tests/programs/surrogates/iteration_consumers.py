# Builtins that consume a Python iterator: which calls each makes, in which order, and what it does when the iterator fails.
log = []


class It:
    def __init__(self, values, hint=None, fail=None): self.values, self.hint, self.fail = list(values), hint, fail
    def __iter__(self): log.append("iter"); return self
    def __next__(self):
        if not self.values:
            if self.fail: log.append("fail"); raise self.fail
            log.append("stop"); raise StopIteration
        v = self.values.pop(0)
        log.append(f"next {v}")
        return v


class Hinted(It):
    def __length_hint__(self): log.append("hint"); return self.hint


class Sized(It):
    def __len__(self): log.append("len"); return len(self.values)


class Val:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"v{self.n}"
    def __hash__(self): log.append(f"hash {self}"); return self.n % 2
    def __eq__(self, o): log.append(f"{self}=={o}"); return isinstance(o, Val) and self.n == o.n
    def __lt__(self, o): log.append(f"{self}<{o}"); return self.n < o.n
    def __gt__(self, o): log.append(f"{self}>{o}"); return self.n > o.n
    def __bool__(self): log.append(f"bool {self}"); return self.n > 1
    def __add__(self, o): log.append(f"{self}+{o}"); return Val(self.n + getattr(o, "n", o))
    def __radd__(self, o): log.append(f"{o}+{self} reflected"); return Val(self.n + o)
    def __str__(self): log.append(f"str {self!r}"); return f"s{self.n}"


def key(v): log.append(f"key {v!r}"); return -v.n


consumers = {
    "list": list, "tuple": tuple, "set": lambda i: len(set(i)), "frozenset": lambda i: len(frozenset(i)), "dict.fromkeys": lambda i: len(dict.fromkeys(i, 0)), "sorted": sorted, "sorted key": lambda i: sorted(i, key=key), "sorted reverse": lambda i: sorted(i, reverse=True), "sum": sum, "sum start": lambda i: sum(i, Val(100)), "max": max, "min": min, "max key": lambda i: max(i, key=key), "min key": lambda i: min(i, key=key), "max default": lambda i: max(i, default="none"),
    "any": any, "all": all, "map": lambda i: list(map(str, i)), "filter": lambda i: list(filter(None, i)), "filter f": lambda i: list(filter(key, i)), "enumerate": lambda i: list(enumerate(i)), "zip": lambda i: list(zip(i, "ab")), "zip second": lambda i: list(zip("ab", i)), "in": lambda i: Val(2) in i, "not in": lambda i: Val(9) in i, "extend": lambda i: [0].extend(i), "+=": lambda i: exec("l += i", {"l": [], "i": i}), "slice assign": lambda i: exec("l[1:1] = i", {"l": [1, 2], "i": i}), "star list": lambda i: [*i], "star set": lambda i: len({*i}), "star call": lambda i: (lambda *a: a)(*i), "star mixed": lambda i: (lambda *a: a)(1, *i, *i), "unpack 2": lambda i: exec("a, b = i", {"i": i}), "unpack star": lambda i: exec("a, *b = i", {"i": i}), "comprehension": lambda i: [x for x in i], "set comp": lambda i: len({x for x in i}), "genexp": lambda i: list(x for x in i), "update": lambda i: {0}.update(i), "union": lambda i: len({0}.union(i)), "difference": lambda i: len({Val(1)}.difference(i)), "intersection": lambda i: len({Val(1)}.intersection(i)), "isdisjoint": lambda i: {Val(1)}.isdisjoint(i), "issuperset": lambda i: {Val(1)}.issuperset(i), "join": lambda i: "-".join(i), "bytes": bytes, "bytearray extend": lambda i: bytearray().extend(i), "dict": dict, "for": lambda i: exec("for x in i: pass", {"i": i}), "for else break": lambda i: exec("for x in i:\n break", {"i": i}), "yield from": lambda i: list((lambda: (yield from i))()), "reversed": lambda i: reversed(i), "iter next": lambda i: next(iter(i)), "print": lambda i: print(*i), "list.__init__": lambda i: [].__init__(i), "count by sum": lambda i: sum(1 for _ in i), "tuple sub": lambda i: type("T", (tuple,), {})(i), "list sub": lambda i: type("L", (list,), {})(i), "str.format": lambda i: "{} {}".format(*i),
}
for name, use in consumers.items():
    for cls, args in ((It, ([1, 2, 3],)), (Hinted, ([2, 1], 5)), (Sized, ([3],)), (It, ([],)), (It, ([1, 2], None, KeyError("k")))):
        log.clear()
        it = cls([Val(n) for n in args[0]], *args[1:])
        try: r = repr(use(it))
        except Exception as e: r = f"{type(e).__name__}: {e}"
        print(f"{name} {cls.__name__}{len(args[0])} -> {r.split(' at 0x')[0]} | {'; '.join(log)}")
