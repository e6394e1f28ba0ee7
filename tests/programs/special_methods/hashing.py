# __hash__ and __eq__ in dicts and sets: identity first, collisions, the number of calls, mutation of keys, errors midway.
log = []


class K:
    def __init__(self, name, h=0): self.name, self.h = name, h
    def __hash__(self): log.append(f"h{self.name}"); return self.h
    def __eq__(self, o): log.append(f"{self.name}={getattr(o, 'name', o)}"); return isinstance(o, K) and self.name.lower() == o.name.lower()
    def __repr__(self): return self.name


def show(tag, value):
    print(tag, value, " ".join(log))
    log.clear()


a, b, a2, c = K("a"), K("b"), K("A"), K("c", 5)
d = {a: 1, b: 2}
show("make", d)
show("same object", d[a])
show("equal object", d[a2])
show("in", a2 in d)
d[a2] = 3
show("set equal", d)
show("get", d.get(c, "none"))
show("setdefault", d.setdefault(a2, 9))
show("setdefault new", d.setdefault(c, 9))
show("pop", d.pop(a2))
show("pop default", d.pop(a, "gone"))
del d[b]
show("del", d)
d.update({a: 1})
show("update from dict", d)
show("copy", d.copy() == d)
show("eq", {a: 1} == {a2: 1})
show("fromkeys", dict.fromkeys([a, a2, b]))
show("union", {a: 1} | {a2: 2})
s = {a, b, a2}
show("set", len(s))
show("add", s.add(a2))
show("discard", s.discard(a2))
show("remove", s.remove(b))
show("set ops", len({a, b} & {a2}))
show("subset", {a} <= {a2, b})
show("difference", {a, b} - {a2})
show("frozen", frozenset([a, b]) == frozenset([b, a]))
show("tuple hash", hash((a, 1)) == hash((a, 1)))
show("tuple key", {(a, 1): "x"}[(a2, 1)])
show("list index", [b, a].index(a2))
show("list count", [a, a2, b].count(a))
show("remove", [b, a, c].remove(a2))
show("in list", c in [a, b])
show("comprehension", {k: 1 for k in (a, a2)})
show("call", (lambda **k: k)(x=1))
show("items in", (a2, 1) in {a: 1}.items())
show("keys and", len({a: 1}.keys() & [a2]))


class Bad:
    def __init__(self, hash_=None, eq=None): self.hash_, self.eq_ = hash_, eq
    def __hash__(self):
        if isinstance(self.hash_, Exception): raise self.hash_
        return self.hash_
    def __eq__(self, o):
        if isinstance(self.eq_, Exception): raise self.eq_
        return self.eq_


for h in ("x", None, 1.5, 2 ** 61 - 1, 2 ** 61, 2 ** 100, -1, -2, True, ValueError("h")):
    try:
        print(repr(h), hash(Bad(h)), {Bad(h)} is not None)
    except Exception as e:
        print(repr(h), type(e).__name__, e)
x, y = Bad(1, ValueError("eq")), Bad(1, ValueError("eq"))
d = {x: "x"}
for text in ("d[y]", "d[y] = 1", "y in d", "d.get(y)", "d.pop(y)", "{x, y}", "{x: 1, y: 2}", "d == {y: 'x'}", "d.setdefault(y)", "{x} | {y}", "{x} == {y}", "d.update({y: 1})", "dict([(x, 1), (y, 2)])", "{k: 1 for k in (x, y)}", "frozenset((x, y))", "d[x]"):
    try:
        print(text, repr(eval(text)) if "= 1" not in text else exec(text))
    except Exception as e:
        print(text, type(e).__name__, e)
print(len(d))
for bad in ("{[]: 1}", "{{}}", "{1: 2}[[]]", "[] in {1}", "{1}.add([])", "hash([])", "hash({})", "hash(set())", "hash((1, []))", "hash(slice(1))", "hash(bytearray())", "{}.get({})", "{}.pop([])", "{}.setdefault([])", "dict.fromkeys([[]])", "{1}.remove([])", "{1}.discard({})", "{1, 2}.remove({1})",
            "frozenset([[]])", "set([[1]])", "{frozenset([1]): 2}[frozenset([1])]", "{1} in {frozenset([1])}", "hash(frozenset([1])) == hash(frozenset([1]))", "{(1, [2]): 3}", "hash({}.keys())", "hash(memoryview(b'a')) == hash(b'a')", "hash(memoryview(bytearray(b'a')))", "hash(range(3)) == hash(range(0, 3))"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, type(e).__name__, e)
print(hash(1) == hash(1.0) == hash(True) == hash(1 + 0j), hash(0.5) == hash(0.5 + 0j), hash(-1), hash(-2), hash(2 ** 61 - 1), hash(2 ** 61), hash(-2 ** 61), hash(float("inf")), hash(float("-inf")), hash(0.1), hash(1e300), hash(1.5), hash(-0.0), hash(10 ** 40), hash(1j), hash(1 + 2j), hash(None) is not None, hash(()), hash((1, 2)), hash((1, (2, 3))), hash(frozenset()), hash(frozenset([1, 2, 3])), hash(range(5)), hash(""), hash(b""))


class Mutating:
    """Changes the dict while it is being searched."""
    def __init__(self, d): self.d = d
    def __hash__(self): return 1
    def __eq__(self, o):
        self.d.clear()
        return False


d = {}
m1, m2 = Mutating(d), Mutating(d)
d[m1] = 1
print(d.get(m2, "cleared"), len(d))
d[m1] = 1
d[m2] = 2
print(len(d), list(d.values()))


class Grow:
    def __init__(self, s): self.s = s
    def __hash__(self): return 3
    def __eq__(self, o):
        if len(self.s) < 50: self.s.update(range(100, 150))
        return False


s = set()
s.add(Grow(s))
s.add(Grow(s))
print(len(s) in (51, 52), 120 in s)
class EqOnly:
    def __eq__(self, o): return True
class HashOnly:
    def __hash__(self): return 4
class Child(EqOnly):
    __hash__ = object.__hash__
class Child2(HashOnly):
    def __eq__(self, o): return True
print(EqOnly.__hash__, Child.__hash__ is object.__hash__, Child2.__hash__, hash(HashOnly()), len({HashOnly(), HashOnly()}))
