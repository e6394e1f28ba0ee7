# tuple, and the small immutable types: methods, comparison, nesting, unpacking, subclasses, named-tuple-like classes.
t = (1, 2, 3, 2)
for op in ("t[0], t[-1], t[1:3], t[::-1], t[5:], len(t), t.count(2), t.index(2), t.index(2, 2)", "t + (4,), t * 2, 2 * t, () + (), (1,) * 0", "2 in t, 9 in t, (1, 2) == (1, 2), (1, 2) < (1, 3), (1,) < (1, 0), () < (0,), (1, 'a') != (1, 'b')", "t.index(99)", "t[10]", "t['a']", "t[0] = 1", "del t[0]", "t + [1]", "t * 'a'", "t < [1]", "t == [1, 2, 3, 2]", "t.append(1)", "t.x = 1", "tuple(5)", "tuple(1, 2)", "tuple('abc'), tuple([1]), tuple(), tuple({1: 2}), tuple(x for x in 'ab'), tuple(t) is t", "tuple(x=1)", "hash((1, 2)) == hash((1, 2)), hash((1, (2, 3))) != hash((1, 2, 3))", "hash((1, []))", "(1, 'a') < (1, 2)", "(1, 'a') < (2, 2)", "t.count(), t.index()", "t()", "-t", "max(t), min(t), sum(t), sorted(t), any(t), all(t), list(t), set(t), dict([t[:2]])", "t.__getitem__(slice(2)), t.__contains__(1), t.__len__(), t.__eq__([1]), t.__add__((1,)), t.__mul__(2), t.__iter__().__next__()", "t.__add__([1])", "(1,), (1, 2), ((),), ((1,),), (1, (2, (3, (4,)))), ('a',), (None,)", "repr((1,)), str(()), repr((1, 'a', 2.5, None))", "(lambda *a: a)(1, 2), (lambda *a: a)(), (lambda a, *b: b)(1)", "1, 2, *t, *'ab'", "(yield_ := 1, 2)", "t[True], t[False]", "(1, 2, 3)[1:], (1, 2, 3)[-2:-1]", "tuple.__new__(tuple, [1, 2]), tuple.count((1, 1), 1)", "tuple.index(5, 1)", "t.index(2, 0, 1)", "t.index(2, -1), t.index(1, -10, 10)", "divmod(7, 2), 'a'.partition('x'), (1).as_integer_ratio()", "(*t, 1) == (*[1, 2, 3, 2], 1)", "tuple([]) is tuple(())", "isinstance((), tuple), type(()) is tuple", "t.__class_getitem__(int)", "t.__getnewargs__()"):
    try:
        try: r = eval(op)
        except SyntaxError: exec(op); r = ""
        print(op, "=", r)
    except Exception as e:
        print(op, "->", type(e).__name__, e)


class Point(tuple):
    __slots__ = ()
    _fields = ("x", "y")
    def __new__(cls, x, y=0): return tuple.__new__(cls, (x, y))
    x = property(lambda s: tuple.__getitem__(s, 0))
    y = property(lambda s: s[1])
    def __repr__(self): return f"Point(x={self.x!r}, y={self.y!r})"
    def replace(self, **kw): return Point(**{**dict(zip(self._fields, self)), **kw})
    def __add__(self, o): return Point(*(a + b for a, b in zip(self, o)))


p = Point(1, 2)
x, y = p
print(p, p.x, p.y, x, y, p + (10, 20), p.replace(y=9), p == (1, 2), hash(p) == hash((1, 2)), {p: 1}[(1, 2)], p[:1], type(p[:]).__name__, type(p * 2).__name__, len(p), sorted([Point(2, 1), Point(1, 5)]), p < (1, 3), list(p), max(p), Point(5), isinstance(p, tuple), "%s-%s" % p, "{0.x} {0[1]}".format(p), p.count(1), p.index(2), (*p,), dict(zip("ab", p)))
try: p.z = 1
except AttributeError as e: print(e)
try: p.x = 1
except AttributeError as e: print(e)


def structseq(*names):
    def new(cls, *values):
        if len(values) != len(names): raise TypeError(f"expected {len(names)} values, got {len(values)}")
        return tuple.__new__(cls, values)
    space = {"__new__": new, "__slots__": (), "__repr__": lambda s: f"{type(s).__name__}({', '.join(f'{n}={v!r}' for n, v in zip(names, s))})", "__match_args__": names}
    space.update({n: property(lambda s, i=i: s[i]) for i, n in enumerate(names)})
    return type("Record", (tuple,), space)


R = structseq("name", "age", "tags")
r = R("Ann", 30, ["a"])
r.tags.append("b")
print(r, r.name, r[1:], R.__match_args__)
match r:
    case R(n, age=30, tags=[*ts]): print(n, ts)
try: R(1)
except TypeError as e: print(e)
inner = []
loop = (1, inner)
inner.append(loop)
print(loop, loop[1][0] is loop)
try: hash(loop)
except TypeError as e: print(e)


class Eq:
    def __init__(self, v, log): self.v, self.log = v, log
    def __eq__(self, o): self.log.append(self.v); return self.v == getattr(o, "v", o)
    def __lt__(self, o): self.log.append(f"{self.v}<"); return self.v < o.v


log = []
E = lambda v: Eq(v, log)
print((E(1), E(2), E(3)) == (1, 2, 4), log); log.clear()
print((E(1), E(2), E(3)) == (1, 2), log); log.clear()
print((E(1), E(2)) < (E(1), E(3)), log); log.clear()
print((E(1),) != (E(1),), log); log.clear()
same = E(5)
print((same,) == (same,), log)
import sys
print(sys.version_info[:2], sys.version_info.major, sys.version_info.releaselevel in ("final",), sys.version_info >= (3, 8), type(sys.version_info).__name__, sys.float_info.dig, sys.float_info.max, sys.float_info.epsilon, sys.int_info.bits_per_digit, sys.hash_info.width, sys.hash_info.modulus, len(sys.flags) > 10, sys.float_info[0] == sys.float_info.max)
for bad in (lambda: sys.version_info.nothing, lambda: setattr(sys.version_info, "major", 1), lambda: type(sys.version_info)(), lambda: sys.float_info[99], lambda: type(sys.flags)((1,))):
    try: bad()
    except Exception as e: print(type(e).__name__, e)
pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
print(pairs, sorted(pairs, key=lambda p: (p[1], -p[0])), dict(pairs), list(zip(*pairs)), min(pairs), [a for a, _ in pairs], {p for p in pairs} == set(pairs), tuple(map(sum, pairs)), sum((p for p in pairs), ())[:4])
for a, (b, *c), d in [(1, (2, 3, 4), 5), ("a", "bc", "d")]: print(a, b, c, d)
print(..., Ellipsis is ..., NotImplemented, None, type(None)(), type(...)(), type(NotImplemented)(), bool(...), bool(None), repr(None), [None, ...], None == None, None != 0, hash(None) == hash(None))
for bad in ("type(None)(1)", "type(...)(1)", "None()", "None.x", "None + 1", "None < 1", "None[0]", "None.__class__ = 1", "... + 1", "NotImplemented.x", "None.__bool__(), None.__eq__(None), None.__eq__(1), None.__hash__ is not None", "len(None)", "iter(None)", "int(None)", "type(None).x = 1"):
    try: print(bad, eval(bad.replace("None()", "N()").replace("None[0]", "N[0]"), {"N": None}) if " = " not in bad else exec(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
