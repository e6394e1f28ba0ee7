# Each special method, generated: defined in a base, inherited, overridden, extended with super, deleted, set to None, added later.
unary = {"neg": "-o", "pos": "+o", "invert": "~o", "abs": "abs(o)", "len": "len(o)", "bool": "bool(o)", "int": "int(o)", "float": "float(o)", "complex": "complex(o)", "index": "[5, 6, 7][o]", "hash": "hash(o)", "str": "str(o)", "repr": "repr(o)", "bytes": "bytes(o)",
         "iter": "list(o)", "next": "next(o)", "reversed": "reversed(o)", "call": "o()", "round": "round(o)", "dir": "dir(o)", "format": "format(o)", "enter": "enter(o)", "sizeof": "0", "trunc": "int(o)"}
results = {"len": 2, "bool": True, "int": 3, "float": 1.5, "complex": 1j, "index": 1, "hash": 9, "str": "S", "repr": "R", "bytes": b"B", "iter": None, "dir": ["d"], "format": "F", "trunc": 4}
binary = {"getitem": "o[1]", "contains": "1 in o", "add": "o + 1", "radd": "1 + o", "eq": "o == 1", "lt": "o < 1", "divmod": "divmod(o, 1)", "pow": "o ** 1", "getattr": "o.zzz", "getattribute": "o.zzz", "delitem": "delete(o)", "matmul": "o @ 1", "and": "o & 1", "missing": "o[2]"}


def delete(o): del o[1]
def enter(o):
    with o as x: return x


def run(text, o):
    try:
        r = eval(text, {"o": o, "delete": delete, "enter": enter})
        return r if isinstance(r, (int, str, float, list, bytes, complex, type(None), tuple)) else type(r).__name__
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for name, text in {**unary, **binary}.items():
    special = f"__{name}__"
    calls = []
    def method(self, *args, name=name):
        calls.append(f"base{len(args)}")
        return iter([1]) if name == "iter" else results.get(name, f"<{name}>")
    def extended(self, *args, special=special):
        calls.append("sub")
        return getattr(super(Sub3, self), special)(*args)
    space = {special: method, "__exit__": lambda *a: None}
    Base = type("Base", (), space)
    Sub1 = type("Sub1", (Base,), {})
    Sub2 = type("Sub2", (Base,), {special: lambda self, *a: calls.append("own") or results.get(name, "own")})
    Sub3 = type("Sub3", (Base,), {special: extended})
    Sub4 = type("Sub4", (Base,), {special: None})
    Sub5 = type("Sub5", (Base,), {special: staticmethod(lambda *a: calls.append(f"static{len(a)}") or results.get(name, "st"))})
    Sub6 = type("Sub6", (Base,), {special: classmethod(lambda *a: calls.append(f"class{len(a)}") or results.get(name, "cl"))})
    Sub7 = type("Sub7", (Base,), {special: property(lambda self: (lambda *a: calls.append("prop") or results.get(name, "pr")))})
    Raise = type("Raise", (Base,), {special: lambda self, *a: 1 / 0})
    Later = type("Later", (), {"__exit__": lambda *a: None})
    Kid = type("Kid", (Later,), {})
    row = []
    for cls in (Base, Sub1, Sub2, Sub3, Sub4, Sub5, Sub6, Sub7, Raise):
        calls.clear()
        result = run(text, cls())
        row.append(f"{cls.__name__}={result} {' '.join(calls)}".replace("\n", " "))
    print(name, *row, sep="\n    ")
    setattr(Later, special, method)
    calls.clear()
    added = run(text, Kid()), list(calls)
    delattr(Later, special)
    calls.clear()
    gone = run(text, Kid())
    if name in ("hash", "repr", "str", "dir", "format", "sizeof"): gone = "default"
    o = Kid()
    if name not in ("getattribute",):
        try:
            object.__setattr__(o, special, lambda *a: 1 / 0)
        except Exception as e:
            print(e)
    on_instance = run(text, o) if name not in ("hash", "repr", "str", "dir", "format", "sizeof") else "default"
    print("    added", added, "gone", gone, "instance", on_instance == gone)
