# dict: construction, methods, order, views, merging, mutation during iteration, errors.
d = {"a": 1, "b": 2}
for op in ("d['c'] = 3", "d['a'] = 10", "d.get('a')", "d.get('z')", "d.get('z', 0)", "d.setdefault('a', 5)", "d.setdefault('d', 4)", "d.setdefault('e')", "d.pop('e')", "d.pop('zz', None)", "d.popitem()", "d.update({'x': 1})", "d.update([('y', 2)])", "d.update(z=3)", "d.update({'x': 9}, y=8)", "d.update()", "d | {'m': 1}", "d |= {'n': 2}", "d |= [('o', 3)]", "{'q': 0} | d", "d.copy()", "dict.fromkeys('ab')", "dict.fromkeys([1, 2], 0)", "d.keys()", "d.values()", "d.items()", "list(d)", "list(reversed(d))", "len(d)", "'a' in d", "d == {'a': 1}", "d != {}", "del d['x']", "d.clear()", "d.popitem()", "d.pop('a')", "d['a']", "del d['a']", "d[[]]", "d[[]] = 1", "d.get([])", "d.get()", "d.pop()", "d.update(5)", "d.update([1])", "d.update([(1, 2, 3)])", "d.update(['ab', 'cd'])", "d.update([5, 6])", "d.update({}, {})", "dict(5)", "dict([1])", "dict([(1,)])", "dict([(1, 2)], a=3)", "dict(a=1, **{'b': 2})", "dict({}, [])", "dict(['ab'])", "dict([[1, 2], (3, 4), 'xy'])", "dict(zip('ab', [1, 2]))", "dict(())", "dict({1: 2}, a=3)", "dict(None)", "d | 5", "5 | d", "d |= 5", "d | [('a', 1)]", "d < {}", "d + d", "hash(d)", "d.x", "d.x = 1", "{1: 'a', 1.0: 'b', True: 'c'}", "{**{'a': 1}, 'a': 2, **{'a': 3, 'b': 4}}", "{**5}", "dict.fromkeys(5)", "dict.fromkeys()", "d.setdefault()", "d.popitem(1)", "d.keys(1)", "d.fromkeys('xy', [])", "{'a': 1}.__eq__(5)", "{'a': 1}.__or__(5)", "{1: 2}.__contains__(1)", "{}.__getitem__('k')", "{}.__delitem__('k')", "{1: 2}.__repr__()", "{}.__init__(5)", "dict.__new__(dict, 5)", "dict.get({1: 2}, 1)", "dict.keys(5)", "len(d.items() - d)", "dict(a=1).items() & [('a', 1)]", "list({'a': 1, 'b': 2}.items())[0]", "{}.get('x', 1, 2)", "{1: {2: {3: 4}}}[1][2][3]", "{(): 1}[()]", "{None: 0, ...: 1}", "{1: 2} == {1: 2.0}", "{'a': [1]} == {'a': [1]}", "dict(**{'a b': 1, '': 2})", "dict(**{1: 2})", "d.__class__"):
    try:
        try: r = eval(op)
        except SyntaxError: exec(op); r = ""
        print(op, "=", r, "|", d)
    except Exception as e:
        print(op, "->", type(e).__name__, e)
d = {i: str(i) for i in range(10)}
for i in range(0, 10, 2): del d[i]
d[0] = "again"; d[3] = "kept place"
print(d, list(reversed(d.items())), list(reversed(d.values())), next(iter(d)), next(reversed(d)))
k, v, it = d.keys(), d.values(), d.items()
print(len(k), 3 in k, "7" in v, (5, "5") in it, (5, "x") in it, 99 in k, [1] in v, ([1], 2) in it if 0 else "", k & {1, 3, 99}, sorted(k | {100}), sorted(k - {1, 3}), sorted(k ^ {1, 200}), k == {1, 3, 5, 7, 9, 0}, k < {1, 3, 5, 7, 9, 0, 11}, k.isdisjoint({50}), it == set(it), v == v, d.values() == d.values(), k.mapping == d, type(k.mapping).__name__)
d["new"] = 1
print(k, len(v), list(it)[-1])
for bad in ("k[0]", "k.add(1)", "k & 5", "k | 5", "v & v", "k < 5", "hash(k)", "hash(v) != 0", "{1: []}.items() & {1}", "k.x", "it - 5", "k.mapping['a'] = 1", "next(k)", "k + k", "d.items() == 5", "k == [1]", "{1: []}.items() | {(2, 3)}", "len(k - 'ab')", "k ^ 'ab' == 0"):
    try: print(bad, eval(bad) if " = " not in bad else exec(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
for change in ("d[99] = 1", "del d['b']", "d['a'] = 5", "d.clear()", "d.pop('c')", "d.update(z=1)", "d.setdefault('a', 2)", "d.popitem()", "d.update(a=3)", "d['q'] = d.pop('a')"):
    for view in ("d", "d.values()", "d.items()", "reversed(d)"):
        d = {"a": 1, "b": 2, "c": 3}
        seen = []
        try:
            for x in eval(view):
                seen.append(x)
                if len(seen) == 1: exec(change)
        except Exception as e: seen.append(f"{type(e).__name__}: {e}")
        print(change, view, seen)


class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 3
    def __eq__(self, o): return isinstance(o, Key) and self.n == o.n
    def __repr__(self): return f"K{self.n}"


d = {Key(i): i for i in range(12)}
for i in (0, 3, 6): del d[Key(i)]
print(d[Key(9)], Key(3) in d, list(d), d.pop(Key(11)), len(d), d == {Key(i): i for i in (10, 9, 8, 7, 5, 4, 2, 1)})


class Sub(dict):
    def __getitem__(self, k): return f"got {k}"
    def __setitem__(self, k, v): super().__setitem__(k, (v,))
    def __iter__(self): return iter(["fake"])
    def __len__(self): return 42
    def keys(self): return ["k1"]
    def __contains__(self, k): return k == "lie"


s = Sub(a=1)
s["b"] = 2
s.update(c=3)
print(s, s["z"], s.get("a"), list(s), len(s), "a" in s, "lie" in s, {**s}, dict(s), s.copy(), type(s.copy()).__name__, s == {"a": 1, "b": (2,), "c": 3}, [*s], s.setdefault("d", 4), s | {"e": 5}, type(s | {}).__name__, "%(q)s" % s, "{a}".format(**s) if 0 else "{k1}".format(**s), bool(Sub()))
g = {}
for i in range(1000): g[i] = i
for i in range(990): del g[i]
for i in range(5): g[f"s{i}"] = i
print(g, len(g))
counts = {}
for c in "mississippi": counts[c] = counts.get(c, 0) + 1
inverse = {}
for c, n in counts.items(): inverse.setdefault(n, []).append(c)
print(counts, inverse, sorted(counts.items(), key=lambda p: (-p[1], p[0])), max(counts, key=counts.get), {v: k for k, v in counts.items()}, dict(sorted(counts.items())), sum(counts.values()))
nested = {"a": {"b": {"c": 1}}}
copy = nested.copy()
copy["a"]["b"]["d"] = 2
print(nested, copy is nested, {**nested, "z": 1}, nested | copy == nested)
e = {}
e["self"] = e
print(e, e["self"]["self"] is e)
kw = (lambda **k: k)(b=1, a=2)
print(kw, list(kw), vars(type("O", (), {"__init__": lambda s: s.__dict__.update(x=1, y=2)})()))
