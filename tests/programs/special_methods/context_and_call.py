# __enter__/__exit__ look-up order, __call__ in all forms, __instancecheck__, __subclasscheck__, __format__, __bytes__, __sizeof__-free odds and ends.
log = []


class Spy:
    """Special methods fetched through descriptors, so that each look-up is seen."""
    def __init__(self, name, result): self.name, self.result = name, result
    def __get__(self, obj, cls):
        log.append(f"get {self.name}")
        def call(*a):
            log.append(f"call {self.name}{len(a)}")
            if isinstance(self.result, Exception): raise self.result
            return self.result
        return call


def build(**methods): return type("X", (), {f"__{k}__": Spy(k, v) for k, v in methods.items()})


tests = {
    "with": ("with o as x: log.append(x)", dict(enter="entered", exit=None)),
    "with no exit": ("with o: pass", dict(enter=1)),
    "with no enter": ("with o: pass", dict(exit=1)),
    "with raising": ("with o: raise ValueError", dict(enter=1, exit=True)),
    "enter fails": ("with o: pass", dict(enter=KeyError("e"), exit=True)),
    "call": ("log.append(o())", dict(call="c")),
    "call args": ("o(1, 2)", dict(call="c")),
    "len": ("log.append(len(o))", dict(len=3)),
    "bool": ("not o", dict(bool=True)),
    "bool by len": ("not o", dict(len=0)),
    "bool before len": ("if o: pass", dict(len=0, bool=True)),
    "iter": ("[x for x in o]", dict(iter=iter("ab"))),
    "contains": ("1 in o", dict(contains=True, iter=None)),
    "contains by iter": ("1 in o", dict(iter=iter([1]))),
    "getitem": ("o[1]", dict(getitem="i")),
    "setitem": ("o[1] = 2", dict(setitem=None)),
    "delitem": ("del o[1]", dict(delitem=None)),
    "add": ("o + 1", dict(add=5, radd=6)),
    "radd": ("1 + o", dict(add=5, radd=6)),
    "iadd": ("o += 1", dict(iadd=NotImplemented, add=NotImplemented)),
    "eq": ("o == 1", dict(eq=True)),
    "ne": ("o != 1", dict(eq=True)),
    "ne both": ("o != 1", dict(eq=True, ne=False)),
    "lt reflected": ("1 < o", dict(gt=True, lt=False)),
    "hash": ("hash(o)", dict(hash=5, eq=True)),
    "hash in dict": ("{o: 1}[o]", dict(hash=5, eq=True)),
    "repr": ("repr(o)", dict(repr="r")),
    "str": ("str(o)", dict(str="s", repr="r")),
    "str by repr": ("str(o)", dict(repr="r")),
    "format": ("f'{o:>5}'", dict(format="f")),
    "format default": ("f'{o}'", dict(str="s")),
    "index": ("[1, 2][o]", dict(index=1)),
    "int": ("int(o)", dict(int=1, index=2)),
    "float": ("float(o)", dict(float=1.5)),
    "neg": ("-o", dict(neg=1)),
    "next": ("next(o)", dict(next=1)),
    "reversed": ("reversed(o)", dict(reversed=1, len=2, getitem=3)),
    "reversed by sequence": ("list(reversed(o))", dict(len=2, getitem=3)),
    "getattr": ("o.zzz", dict(getattr="g")),
    "await": ("(lambda: None)()", dict(await_=1)),
    "dir": ("dir(o)", dict(dir=["b", "a"])),
    "round": ("round(o); round(o, 1)", dict(round=3)),
    "divmod": ("divmod(o, 1); divmod(1, o)", dict(divmod=1, rdivmod=2)),
    "pow": ("pow(o, 1); pow(o, 1, 2); o ** 3; 2 ** o", dict(pow=1, rpow=2)),
    "abs": ("abs(o)", dict(abs=1)),
    "bytes": ("bytes(o)", dict(bytes=b"x")),
    "complex": ("complex(o)", dict(complex=1j)),
    "length_hint": ("list(o)", dict(iter=iter(()), length_hint=3)),
    "matmul": ("o @ 1; 1 @ o", dict(matmul=1, rmatmul=2)),
    "delattr": ("del o.x", dict(delattr=1)),
    "setattr": ("o.x = 1", dict(setattr=1)),
    "missing is for dicts": ("o['k']", dict(getitem=1, missing=2)),
    "trunc": ("int(o)", dict(trunc=4, int=5)),
    "invert": ("~o; +o", dict(invert=1, pos=2)),
}
for name, (code, methods) in tests.items():
    log.clear()
    o = build(**methods)()
    try:
        exec(code, {"o": o, "log": log})
    except Exception as e:
        log.append(f"{type(e).__name__}: {e}")
    print(name, "|", *log, sep=" ; ")


class C:
    def __call__(self, *a, **k): return a, k


class Nested:
    __call__ = C()


class Deep:
    __call__ = Nested()


print(C()(1, x=2), Nested()(3), Deep()(4, y=5), C().__call__(6))
Loop = type("Loop", (), {})
Loop.__call__ = Loop()
try:
    Loop()()
except RecursionError as e:
    print("RecursionError", str(e)[:32])


class Meta(type):
    def __instancecheck__(cls, o): log.append(("inst", o)); return o
    def __subclasscheck__(cls, o): log.append(("sub", o)); return o


class Checked(metaclass=Meta): pass


log.clear()
for v in (1, 0, "x", [], None):
    print(isinstance(v, Checked), issubclass(v, Checked) if 1 else 0, end=" ")
print(log, isinstance(Checked(), Checked))
for bad in ("isinstance(1, 5)", "issubclass(1, int)", "issubclass(int, 5)", "isinstance(1, (int, 5))", "isinstance('a', (int, 5))", "isinstance(1, [int])", "isinstance(1, ((str, (int,)), float))", "issubclass(int, ())", "isinstance(1)", "issubclass(int, (str, (object,)))"):
    try:
        print(bad, eval(bad))
    except TypeError as e:
        print(bad, e)


class FakeClass:
    __class__ = int


print(isinstance(FakeClass(), int), type(FakeClass()).__name__, isinstance(FakeClass(), FakeClass))


class Bases:
    __bases__ = (int,)


class Proxy:
    def __init__(self, bases): self.__bases__ = bases


base = Proxy(())
derived = Proxy((base,))
print(issubclass(derived, base), issubclass(base, derived), issubclass(Bases(), int))
