# OrderedDict: order, moves, views and iterators, equality, copies, subclasses, errors.
import copy
from collections import OrderedDict as O

o = O(a=1, b=2, c=3)
print(o, list(o), list(reversed(o)), list(o.items()), list(reversed(o.values())), o.keys(), o.values(), o.items(), len(o), "b" in o)
o.move_to_end("a")
o.move_to_end("c", last=False)
print(o, o.popitem(), o.popitem(last=False), o, o.pop("b"), o, o.pop("b", "no"))
for call in (lambda: o.popitem(), lambda: o.pop("x"), lambda: o.move_to_end("x"), lambda: o.popitem(False), lambda: O(1), lambda: O(1, 2), lambda: O([(1, 2, 3)]), lambda: O([(1,)]), lambda: o.update(1, 2), lambda: {}[o], lambda: o < o,
             lambda: o.__delitem__(1), lambda: o | 1, lambda: o.pop(), lambda: O.fromkeys(), lambda: setattr(o, "__dict__", 1), lambda: o.fromkeys(5)):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)
o = O.fromkeys("cab", 0)
o["b"] = 5
print(o, o == dict(b=5, c=0, a=0), o == O(a=0, b=5, c=0), o == O([("c", 0), ("a", 0), ("b", 5)]), o != o.copy(), o == 1)
print(o | {"z": 1}, {"z": 1} | o, type({} | o).__name__, o.setdefault("q"), o.setdefault("a", 9), o)
o |= [("y", 1)]
o.update({"c": 7}, d=8)
print(o, o.keys() & {"a", "c"} == {"a", "c"}, o.items() >= {("c", 7)}, o.__reduce__()[:4], list(o.__reduce__()[4]))
o.x = 1
print(copy.copy(o) == o, copy.copy(o).__dict__, copy.deepcopy(o) == o, o.copy().__dict__, o.__dict__)
for change in (lambda o: o.__setitem__("new", 1), lambda o: o.__delitem__("b"), lambda o: o.move_to_end("a"), lambda o: o.clear(), lambda o: o.__setitem__("a", 1), lambda o: (o.pop("b"), o.__setitem__("b", 1))):
    o = O(a=1, b=2, c=3)
    seen = []
    try:
        for k in o:
            seen.append(k)
            if k == "a":
                change(o)
        print(seen)
    except RuntimeError as e:
        print(seen, e)
o = O(a=1, b=2, c=3)
for make in (iter, reversed, lambda o: iter(o.items()), lambda o: reversed(o.values())):
    it = make(o)
    next(it)
    f, args = it.__reduce__()
    print(type(it).__name__, f.__name__, args, list(it), list(it))
o["self"] = o
print(o, O())

# Keys with a hash and an equality of their own: the stored key stays, and moves.
class K:
    def __init__(self, n, tag):
        self.n, self.tag = n, tag
    def __hash__(self):
        return self.n % 2
    def __eq__(self, other):
        return isinstance(other, K) and self.n == other.n
    def __repr__(self):
        return f"K{self.n}{self.tag}"

o = O((K(i, "x"), i) for i in range(4))
o[K(2, "y")] = "two"
o.move_to_end(K(0, "y"))
o.move_to_end(K(3, "y"), last=False)
print(o, o.pop(K(1, "z")), o)
big = O((i, i) for i in range(2000))
total = 0
while big:
    k, v = big.popitem(last=False)
    total += k
    if k % 3 == 0 and k < 1900:
        big[k + 5000] = v
        big.move_to_end(k + 5000)
print(total)

# Subclasses: methods that they override are used where CPython uses them.
class S(O):
    def __setitem__(self, key, value):
        print("set", key, value)
        super().__setitem__(key, value)
    def __missing__(self, key):
        return f"<{key}>"
    def __getitem__(self, key):
        return super().__getitem__(key)

s = S(a=1)
s.update(b=2)
print(s, s["zz"], s.copy(), s.setdefault("c", 3), s.setdefault("a"), S.fromkeys("x"), s | {"d": 4}, list(s.values()))
class L(O):
    __slots__ = ("extra",)
    def __init__(self, *args, extra=None, **kw):
        super().__init__(*args, **kw)
        self.extra = extra
l = L(extra=5, a=1)
print(l, l.extra, isinstance(l, dict), L.__mro__[1:], O.__name__, O.__module__, O[str, int], O.__doc__)
