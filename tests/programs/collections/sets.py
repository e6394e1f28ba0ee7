# set and frozenset: operators, methods, comparisons, errors; results printed sorted.
def show(x): return sorted(x, key=lambda v: (str(type(v)), str(v))) if isinstance(x, (set, frozenset)) else x


a, b, f = {1, 2, 3}, {3, 4}, frozenset([2, 3, 9])
for op in ("a | b", "a & b", "a - b", "a ^ b", "a | f", "f | a", "type(a | f).__name__", "type(f | a).__name__", "a <= {1, 2, 3, 4}", "a < a", "a >= {1}", "a > set()", "a == {3, 2, 1}", "a != f", "a == [1, 2, 3]", "a.union([5], (6,), 'x')", "a.union()", "a.intersection([2, 3], {3})", "a.difference([1], [2])", "a.symmetric_difference([3, 4])", "a.issubset([1, 2, 3, 4])", "a.issuperset([1])", "a.isdisjoint([9])", "a.copy()", "f.copy() is f", "len(a)", "2 in a", "[] in a" , "{1} in a", "sum(a)", "max(a)", "sorted(f)", "a.add(4)", "a.add(4)", "a.discard(99)", "a.remove(4)", "a.remove(99)", "a.pop() in (1, 2, 3)", "a.update([7, 8], {9})", "a.intersection_update([7, 8, 1, 2])", "a.difference_update([7])", "a.symmetric_difference_update([8, 10])", "a.clear()", "a.pop()", "a.add([])", "a.add()", "a.update(5)", "a.update()", "a |= {1, 2}", "a &= {2}", "a -= {9}", "a ^= {2, 3}", "a |= [1]", "a | [1]", "[1] | a", "a & 5", "a - 'ab'", "a < [1]", "a + a", "a * 2", "a[0]", "hash(a)", "hash(f) == hash(frozenset([9, 3, 2]))", "f.add(1)", "f |= {1}", "f.x", "a.x = 1", "set(5)", "set(1, 2)", "set(x=1)", "frozenset(5)", "frozenset(frozenset([1]))", "set('hello')", "set({'k': 1})", "set()", "frozenset()", "{*'ab', *[1]}", "{1, 1.0, True}", "{frozenset([1]), frozenset([1])}", "{(1, 2)}", "{{1}}", "set([[]])", "a.remove([])", "a.discard([])", "a.remove({5})", "a.isdisjoint(5)", "a.issubset(5)", "a.union(5)", "a.__or__([1])", "a.__contains__([])", "set.union({1}, [2])", "set.union([1], {2})", "frozenset.union(f, [1])", "a.intersection()", "a.difference()", "{1, 2} | {2: 'd'}.keys()", "{1, 2} & {2: 'd'}.keys()", "{2: 0}.keys() - {2}", "a.__class__", "bool(set()), bool({0})", "frozenset([1]) == {1}", "{1} | frozenset()", "frozenset([1, 2]) - {1}", "{1, 2, 3} - {2} | {5} & {5, 6} ^ {7}", "a.copy(1)", "a.pop(1)", "{1}.__le__({1}), {1}.__lt__({1}), {1}.__eq__(5), {1}.__le__([1])", "set.add(5, 1)", "a.symmetric_difference(5)", "a.symmetric_difference()", "a == a, a is a.copy()", "set(range(5)) >= set(range(3))", "len({i % 3 for i in range(10)})"):
    try:
        try: r = eval(op)
        except SyntaxError: exec(op); r = ""
        print(op, "=", show(r), "|", show(a), "|", show(f))
    except Exception as e:
        print(op, "->", type(e).__name__, e)
for change in ("s.add(99)", "s.remove(2)", "s.clear()", "s.add(1)", "s |= {1, 2}", "s.discard(7)"):
    s = {1, 2, 3}
    n = 0
    try:
        for x in s:
            n += 1
            if n == 1: exec(change)
        print(change, "no error", n)
    except RuntimeError as e: print(change, e, n)


class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, o): return self.n == o.n
    def __repr__(self): return f"K{self.n}"


s = {K(i) for i in range(6)}
s.remove(K(2)); s.discard(K(9)); s.add(K(3))
print(len(s), K(2) in s, K(5) in s, sorted(k.n for k in s), sorted(k.n for k in s & {K(1), K(2)}), sorted(k.n for k in s ^ {K(1), K(77)}))


class Sub(set):
    def add(self, x): super().add(x * 2)
    def __contains__(self, x): return x == "magic"
    def __len__(self): return 9


s = Sub([1])
s.add(5); s.update([6]); s |= {8}
print(sorted(set.__iter__(s)), len(s), "magic" in s, 1 in s, type(s | {1}).__name__, type(s.copy()).__name__, type({1} | s).__name__, s == {1, 10, 6, 8}, repr(Sub([5])), sorted(s.union([0])), type(s).__name__)
class FS(frozenset):
    def __new__(cls, *a): return super().__new__(cls, a)
print(FS(1, 2) == {1, 2}, repr(FS(5)), type(FS(1) | {2}).__name__, {FS(1): "k"}[frozenset([1])], hash(FS(1)) == hash(frozenset([1])), FS().copy() == frozenset(), FS(3).x if hasattr(FS(3), "x") else "no x")
s = set(range(200))
for i in range(200):
    if i % 7: s.discard(i)
print(sorted(s), len(s), sum(s), s.issubset(range(200)), s.isdisjoint(range(1, 7)))
for i in range(500): s.add(i * 1000); s.discard((i - 3) * 1000)
print(len(s), sorted(s)[-5:])
def powerset(s):
    s = sorted(s)
    return {frozenset(x for j, x in enumerate(s) if i >> j & 1) for i in range(2 ** len(s))}
ps = powerset("abc")
print(len(ps), sorted("".join(sorted(x)) for x in ps), frozenset("ab") in ps, set("ba") in ps, {"z"} in ps, sum(len(x) for x in ps), set.union(*map(set, ps)) == set("abc"), frozenset.intersection(*ps) == set())
graph = {"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": {"a", "e"}, "e": set()}
def reach(n):
    seen, todo = set(), {n}
    while todo:
        x = min(todo)
        todo.remove(x); seen.add(x)
        todo |= graph[x] - seen
    return seen
print({k: "".join(sorted(reach(k))) for k in graph}, sorted(set.intersection(*(reach(k) for k in "abcd"))))
primes = set(range(2, 100))
for i in range(2, 10): primes -= set(range(i * i, 100, i))
print(sorted(primes), {1: 2}.keys() == {1}, {1} == {1: 2}.keys(), {(1, 2)} == {1: 2}.items())
r = repr({1}), repr(set()), repr(frozenset()), repr(frozenset([1])), str({"one"}), f"{ {1} }", repr({frozenset(): 1}), {()}, [{1}], repr({None})
print(r)
