# match: mapping patterns on dicts and other mappings, keys of all kinds, rest, the operations a pattern performs.
def m(x):
    match x:
        case {"type": "circle", "r": r}: return f"circle {r}"
        case {"type": "rect", "w": w, "h": h, **rest} if rest: return f"rect {w}x{h} with {rest}"
        case {"type": "rect", "w": w, "h": h}: return f"rect {w}x{h}"
        case {1: one, None: none}: return f"keys {one} {none}"
        case {-1: x, 2.5: y, 1j: z}: return f"numbers {x} {y} {z}"
        case {"nested": {"list": [a, {"deep": d}, *_]}}: return f"nested {a} {d}"
        case {b"bytes": v, True: t}: return f"bytes {v} {t}"
        case {"only": _}: return "has only"
        case {"a": 1, **rest}: return f"rest {rest}"
        case {}: return "some mapping"
        case _: return "not a mapping"


for x in ({"type": "circle", "r": 5, "extra": 1}, {"type": "rect", "w": 1, "h": 2}, {"type": "rect", "w": 1, "h": 2, "c": 3}, {"type": "rect", "w": 1}, {1: "x", None: "y"}, {True: "t", None: 0}, {-1: 1, 2.5: 2, 1j: 3}, {"nested": {"list": [1, {"deep": 2}, 3]}},
          {b"bytes": 1, True: 2}, {"only": None}, {"a": 1}, {"a": 1, "b": 2}, {}, {"zzz": 1}, [], "abc", None, [("a", 1)], type("D", (dict,), {})(a=1, q=2)):
    print(repr(x), "->", m(x))


class Default(dict):
    def __missing__(self, k): print("missing called", k); return "default"
    def get(self, k, d=None): print("get", k); return super().get(k, d)
    def __getitem__(self, k): print("getitem", k); return super().__getitem__(k)
    def __contains__(self, k): print("contains", k); return super().__contains__(k)
    def keys(self): print("keys"); return super().keys()


match Default(a=1, b=2):
    case {"a": x, "zz": y}: print("no")
    case {"a": x, "b": y, **r}: print(x, y, r, type(r).__name__)


class Keys:
    A, B, L = "a", "b", [1]


match {"a": 1, "b": 2, "c": 3}:
    case {Keys.A: x, Keys.B: y, **z}: print(x, y, z)
for subject in ({"a": 1},):
    for source in ("case {Keys.A: x, 'a': y}: print(x, y)", "case {Keys.L: x}: pass", "case {Keys.nothing: x}: pass", "case {Keys.A: undefined.name}: pass"):
        try:
            exec("match subject:\n " + source)
        except Exception as e:
            print(source, type(e).__name__, e)


class Lying:
    """Not a mapping, whatever it can do."""
    def keys(self): return ["a"]
    def __getitem__(self, k): return 1
    def get(self, k, d=None): return 1
    def __len__(self): return 1


match Lying():
    case {"a": 1}: print("matched")
    case _: print("a class without the mapping flag is no mapping")
mp = type(int.__dict__)({"a": 1, "b": 2})
match mp:
    case {"a": v, **rest}: print("mappingproxy", v, rest)


class Explodes(dict):
    def get(self, *a): raise ZeroDivisionError("get")


try:
    match Explodes(a=1):
        case {"a": 1}: pass
except ZeroDivisionError as e:
    print(e)


def json_like(x):
    match x:
        case None | True | False: return {None: "null", True: "true", False: "false"}[x]
        case int() | float(): return repr(x)
        case str(): return '"' + x.replace('"', '\\"') + '"'
        case [*items]: return "[" + ",".join(json_like(i) for i in items) + "]"
        case {**pairs}: return "{" + ",".join(f"{json_like(str(k))}:{json_like(v)}" for k, v in pairs.items()) + "}"
        case _: raise TypeError(type(x).__name__)


print(json_like({"a": [1, 2.5, None, True], "b": {"c": 'q"q', "d": []}, 3: ()}))
try:
    json_like({1})
except TypeError as e:
    print(e)


def order(x):
    match x:
        case {"k": 1, "l": [a, b], **rest}: return a, b, rest
        case {"k": 2} | {"l": 5} | {"m": _}: return "or"
        case {"k": {"k": {"k": v}}}: return v
        case {"k": str() as s, "n": (1 | 2) as n}: return s, n
        case {**everything}: return everything


for x in ({"k": 1, "l": [1, 2], "z": 0}, {"k": 1, "l": [1]}, {"k": 2}, {"l": 5, "k": 0}, {"m": None}, {"k": {"k": {"k": "deep"}}}, {"k": "s", "n": 2}, {"k": "s", "n": 3}): print(order(x))
original = {"a": 1, "b": [2]}
match original:
    case {"a": 1, **rest}:
        rest["c"] = 3
        rest["b"].append(4)
print(original)
match {"x": float("nan"), (1, 2): "tuple key"}:
    case {"x": float() as f, **r}: print(f != f, r)
match {}:
    case {"a": _}: print("no")
    case {**r}: print("empty rest", r)
match {"a": None}:
    case {"a": None}: print("None value matches None")
match {1: "int"}:
    case {True: v}: print("True finds 1", v)
match {"k": "v"}:
    case {"k": "v" | "w" as found}: print(found)
