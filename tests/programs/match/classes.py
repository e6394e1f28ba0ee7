# match: class patterns: positional by __match_args__, keywords, builtin classes, inheritance, isinstance hooks, errors.
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
    def __repr__(self): return f"Point({self.x}, {self.y})"


class Point3(Point):
    __match_args__ = ("x", "y", "z")
    def __init__(self, x, y, z): super().__init__(x, y); self.z = z


class Line:
    def __init__(self, a, b): self.start, self.end = a, b


def where(p):
    match p:
        case Point(0, 0): return "origin"
        case Point3(x, y, z) if z: return f"3d {x} {y} {z}"
        case Point(x, 0) | Point(0, x): return f"axis {x}"
        case Point(x=1): return "x is 1"
        case Point(x, y=2): return f"mixed {x}"
        case Point(): return "some point"
        case Line(start=Point(x1, y1), end=Point(x=x2, y=y2)): return f"line {x1},{y1} to {x2},{y2}"
        case Line(start=s): return f"line from {s}"
        case int(n) | float(n): return f"number {n}"
        case str("hello" as s): return f"greeting {s}"
        case str(s): return f"string {s}"
        case bool(): return "never: bool is an int"
        case list([a, *b]): return f"list {a} {b}"
        case list() | tuple(): return "empty sequence"
        case dict({"k": v}): return f"dict {v}"
        case dict(): return "dict"
        case bytes(b): return f"bytes {b}"
        case set(s): return f"set {sorted(s)}"
        case frozenset() | bytearray(): return "other collection"
        case type(): return "a class"
        case object(): return "object"


for p in (Point(0, 0), Point(5, 0), Point(0, 6), Point(1, 7), Point(9, 2), Point(8, 8), Point3(1, 2, 3), Point3(0, 0, 0), Line(Point(1, 2), Point(3, 4)), Line(Point(0, 1), None), Line(1, 2), 5, 2.5, True, "hello", "other", [1, 2], [], (), {"k": 1}, {}, b"x", {1, 2}, frozenset(), bytearray(), int, None, ...):
    print(repr(p).split(" at ")[0], where(p))


class Args:
    def __init__(self, args): self.__dict__.update(a=1, b=2); type(self).__match_args__ = args


def attempt(cls, subject, pattern):
    try:
        exec(f"match subject:\n case {pattern}: print('matched', {{k: v for k, v in locals().items() if k in 'pqrs'}})\n case _: print('no match')", {"C": cls, "subject": subject, "locals": locals}) if 0 else exec(f"match subject:\n case {pattern}: print('matched')\n case _: print('no match')", {"C": cls, "subject": subject})
    except Exception as e:
        print(type(e).__name__, e)


class Plain: pass
class ListArgs: __match_args__ = ["a"]
class BadArgs: __match_args__ = (1,)
class StrArgs: __match_args__ = "a"
class NoneArgs: __match_args__ = None
class Dup: __match_args__ = ("a", "a"); a = 1
class Prop:
    __match_args__ = ("p",)
    @property
    def p(self): raise self.error
class Dynamic:
    __match_args__ = ("anything", "other")
    def __getattr__(self, n): print("getattr", n); return n.upper()
class Meta(type):
    def __instancecheck__(cls, o): print("instancecheck"); return o == 42
    @property
    def __match_args__(cls): print("match_args"); return ("real", "imag")
class Hooked(metaclass=Meta): pass


for cls, subject, patterns in ((Plain, Plain(), ("C()", "C(p)", "C(p, q)", "C(a=p)", "C(a=1, b=2)")), (ListArgs, ListArgs(), ("C()", "C(p)")), (BadArgs, BadArgs(), ("C()", "C(p)")), (StrArgs, StrArgs(), ("C(p)",)), (NoneArgs, NoneArgs(), ("C(p)",)), (Dup, Dup(), ("C(p)", "C(p, q)", "C(p, a=q)")),
                               (Point, Point(1, 2), ("C(1, 2, 3)", "C(1, x=1)", "C(1, 2)", "C(y=2)", "C(z=1)", "C(1, z=1)")), (Dynamic, Dynamic(), ("C('ANYTHING', p)", "C(p, 'no')", "C(q=p)")), (Hooked, 42, ("C()", "C(42)", "C(42, 0)", "C(42, 1)", "C(1, 2, 3)")), (Hooked, 41, ("C()", "C(1)")),
                               (int, 5, ("C(5)", "C(p, q)", "C(real=5)", "C(real=5, imag=1)", "C(5, real=p)")), (5, 5, ("C()", "C(p)")), (len, 5, ("C()",)), (list, [1], ("C([1])", "C(p, q)")), (type(None), None, ("C()", "C(p)")), (object, 5, ("C()", "C(p)")), (complex, 1j, ("C()", "C(p)", "C(imag=1.0)")), (int | str, 5, ("C()",)), ((int, str), 5, ("C()",)), (list[int], [1], ("C()",))):
    for pattern in patterns:
        print(getattr(cls, "__name__", cls), pattern, end=": ")
        attempt(cls, subject, pattern)
for error in (AttributeError("hidden"), KeyError("shown")):
    o = Prop(); o.error = error
    attempt(Prop, o, "C(p)")
    attempt(Prop, o, "C(p=q)")


class Num:
    def __init__(self, n): self.n = n
class Add:
    __match_args__ = ("left", "right")
    def __init__(self, left, right): self.left, self.right = left, right
class Mul(Add): pass
class Neg:
    __match_args__ = ("arg",)
    def __init__(self, arg): self.arg = arg


def simplify(e):
    match e:
        case Mul(Num(n=0), _) | Mul(_, Num(n=0)): return Num(0)
        case Mul(Num(n=1), x) | Mul(x, Num(n=1)): return simplify(x)
        case Mul(a, b): return Mul(simplify(a), simplify(b))
        case Add(Num(n=a), Num(n=b)): return Num(a + b)
        case Add(x, Num(n=0)) | Add(Num(n=0), x): return simplify(x)
        case Add(a, b): return Add(simplify(a), simplify(b))
        case Neg(Neg(x)): return simplify(x)
        case Neg(Num(n=n)): return Num(-n)
        case Neg(x): return Neg(simplify(x))
        case _: return e


def text(e):
    match e:
        case Num(n=n): return str(n)
        case Mul(l, r): return f"({text(l)} * {text(r)})"
        case Add(l, r): return f"({text(l)} + {text(r)})"
        case Neg(a): return f"-{text(a)}"
        case str(): return e


for e in (Add(Num(2), Num(3)), Mul(Num(1), Add("x", Num(0))), Neg(Neg("y")), Neg(Num(4)), Mul(Num(0), "z"), Add(Mul("a", Num(1)), Neg(Num(2))), Mul("p", Add(Num(1), Num(2)))): print(text(e), "=>", text(simplify(e)))
