# The order of evaluation of every compound expression, as a trace of tags.
log = []


class V:
    """A value that records every operation done with it."""

    def __init__(self, name): self.name = name
    def __repr__(self): return self.name
    def __getattr__(self, name):
        if name.startswith("__"): raise AttributeError(name)
        log.append(f"{self}.{name}")
        return V(f"{self}.{name}")
    def __hash__(self): log.append(f"hash {self}"); return 1
    def __eq__(self, o): log.append(f"{self}=={o}"); return self is o
    def __getitem__(self, k): log.append(f"{self}[{k}]"); return V(f"{self}[{k}]")
    def __setitem__(self, k, v): log.append(f"{self}[{k}]={v}")
    def __delitem__(self, k): log.append(f"del {self}[{k}]")
    def __call__(self, *a, **k): log.append(f"{self}{a}{k}"); return V("r")
    def __add__(self, o): log.append(f"{self}+{o}"); return V("s")
    def __iadd__(self, o): log.append(f"{self}+={o}"); return V("i")
    def __mul__(self, o): log.append(f"{self}*{o}"); return V("p")
    def __pow__(self, o): log.append(f"{self}**{o}"); return V("w")
    def __neg__(self): log.append(f"-{self}"); return V("n")
    def __lt__(self, o): log.append(f"{self}<{o}"); return True
    def __bool__(self): log.append(f"bool {self}"); return True
    def __contains__(self, o): log.append(f"{o} in {self}"); return True
    def __iter__(self): log.append(f"iter {self}"); return iter([V("e1"), V("e2")])
    def __format__(self, spec): log.append(f"format {self} {spec!r}"); return "F"
    def __index__(self): log.append(f"index {self}"); return 1
    def keys(self): log.append(f"keys {self}"); return ["k"]


class Names(dict):
    def __missing__(self, key):
        if key.startswith("__") or len(key) > 1: raise KeyError(key)
        log.append(key)
        return V(key)


for text in ["a + b * c", "(a + b) * c", "a ** b ** c", "-a ** b", "a + b + c", "a[b][c]", "a[b:c:d]", "a[b, c]", "a.x.y", "a(b, c)", "a(b, *c, d)", "a(b, k=c, **d)",
             "a(*b, *c)", "a.m(b)(c)", "[a, b, c]", "(a, b)", "{a: b, c: d}", "{a, b}", "[*a, b]", "{**a, 'x': b}", "a if b else c", "a < b < c", "a in b", "a not in b",
             "not a", "a and b or c", "f'{a}{b:{c}}{d!r:>5}'", "lambda: a", "(lambda x=a: x)()", "[x for x in a if b]", "{x: y for x, y in ((a, b),)}", "(a := b)",
             "'%s %s' % (a, b)", "a[-b]", "a(b)(c)[d].z", "(a, *b, c)", "a is b", "a == b != c", "[a][b]", "max(a, b, key=c)", "{'k': a, **b, 'k': c}", "slice(a, b)"]:
    log.clear()
    try:
        eval(text, {}, Names())
    except Exception as e:
        log.append(f"{type(e).__name__} {e}")
    print(text, "|", " ".join(log))
for text in ["a[b] = c", "a.x = b", "a[b] = c[d] = e", "x, a[b] = c", "a[b], c[d] = e, f", "a[b] += c", "a[b][c] += d", "del a[b], c[d]", "for a[b] in c: d", "a[b:c] = d",
             "x: a = b", "a[b]: c = d", "import sys as q", "x = y = a", "*x, y = a", "assert a, b", "def q(x=a, *, y=b) -> c: pass", "@a\n@b\ndef q(x=c): pass",
             "@a\nclass Q(b, metaclass=lambda *z: None): pass", "try:\n raise V('x')\nexcept a: pass", "if a: b\nelse: c", "while a:\n b; break", "raise a from b",
             "class Q:\n x = a\n y = b + x", "with a as b: c", "match a:\n case [x, y] if b: c\n case _: d", "return_ = a, b", "print(a, end=b)", "x = a; x += b; x += c"]:
    log.clear()
    try:
        exec(text, {"V": V}, Names())
    except Exception as e:
        log.append(f"{type(e).__name__} {e}".split("(")[0])
    print(text.replace("\n", " / "), "|", " ".join(log))
