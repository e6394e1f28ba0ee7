# with, calls of arbitrary objects, truth, length, containment, item access: look-ups and calls in order, through descriptors that log.
log = []


class M:
    def __init__(self, name, value=None, error=None): self.name, self.value, self.error = name, value, error
    def __get__(self, o, c):
        log.append(f"get {self.name}")
        if self.error == "get": raise LookupError(f"getting {self.name}")
        def f(*a):
            log.append(f"{self.name}/{len(a)}")
            if isinstance(self.error, Exception): raise self.error
            return self.value
        return f


def make(**m): return type("O", (), {f"__{k}__": v if isinstance(v, M) else M(k, v) for k, v in m.items()})()


def run(tag, f):
    log.clear()
    try: r = f()
    except BaseException as e: r = f"{type(e).__name__}: {e}" + (f" <- {type(e.__context__).__name__}" if e.__context__ else "")
    print(tag, "->", r if not hasattr(r, "__self__") else "bound", "|", " ".join(log))


def enter(o, body=None, n=0):
    for _ in range(1):
        with o as x:
            log.append(f"body {x}")
            if body == "raise": raise ValueError("body")
            if body == "return": return "returned"
            if body == "break": break
            if body == "continue": continue
    return "end"


for body in (None, "raise", "return", "break", "continue"):
    for result in (None, True, 0, "yes"):
        run(f"with {body} {result!r}", lambda: enter(make(enter="E", exit=result), body))
run("no exit", lambda: enter(make(enter=1)))
run("no enter", lambda: enter(make(exit=1)))
run("get enter fails", lambda: enter(make(enter=M("enter", error="get"), exit=1)))
run("get exit fails", lambda: enter(make(enter=1, exit=M("exit", error="get"))))
run("enter fails", lambda: enter(make(enter=M("enter", error=KeyError("e")), exit=True)))
run("exit fails", lambda: enter(make(enter=1, exit=M("exit", error=KeyError("x")))))
run("exit fails after raise", lambda: enter(make(enter=1, exit=M("exit", error=KeyError("x"))), "raise"))
run("exit result's truth fails", lambda: enter(make(enter=1, exit=make(bool=M("bool", error=OSError("b")))), "raise"))


def two(a, b):
    with a, b: log.append("body"); raise ValueError


run("two", lambda: two(make(enter=1, exit=None), make(enter=2, exit=True)))
run("two, second enter fails", lambda: two(make(enter=1, exit=True), make(enter=M("enter", error=KeyError(2)), exit=True)))
for name, f in {
    "call": lambda: make(call="c")(), "call args": lambda: make(call="c")(1, 2), "call chain": lambda: make(call=make(call=5))()(), "not callable": lambda: make()(), "call get fails": lambda: make(call=M("call", error="get"))(), "call is None": lambda: type("N", (), {"__call__": None})()(), "call is int": lambda: type("N", (), {"__call__": 5})()(),
    "bool": lambda: not make(bool=True), "bool wrong": lambda: not make(bool=1), "bool by len": lambda: not make(len=0), "len wrong": lambda: not make(len="x"), "len negative": lambda: not make(len=-1), "bool and len": lambda: not make(bool=False, len=5), "bool none": lambda: not type("N", (), {"__bool__": None})(), "and": lambda: make(bool=True) and 1, "if": lambda: 1 if make(bool=False) else 2, "bool get fails": lambda: not make(bool=M("bool", error="get")), "bool raises": lambda: not make(bool=M("bool", error=KeyError())),
    "len": lambda: len(make(len=3)), "len big": lambda: len(make(len=2 ** 70)), "len index": lambda: len(make(len=make(index=4))), "len none": lambda: len(make()), "len bool": lambda: len(make(len=True)),
    "contains": lambda: 1 in make(contains="yes"), "contains false": lambda: 1 in make(contains=[]), "contains not": lambda: 1 not in make(contains=1), "contains by iter": lambda: 2 in make(iter=iter([1, 2, 3])), "contains by getitem": lambda: 1 in type("G", (), {"__getitem__": lambda s, i: [5, 1][i]})(), "contains none": lambda: 1 in make(), "contains blocked": lambda: 1 in type("B", (list,), {"__contains__": None})([1]), "contains truth": lambda: 1 in make(contains=make(bool=False)), "contains get fails": lambda: 1 in make(contains=M("contains", error="get")),
    "getitem": lambda: make(getitem="i")[1], "getitem tuple": lambda: make(getitem="i")[1, 2:3], "getitem missing": lambda: make()[1], "getitem get fails": lambda: make(getitem=M("getitem", error="get"))[0], "getitem blocked": lambda: type("B", (list,), {"__getitem__": None})([1])[0], "class_getitem": lambda: type("B", (), {"__class_getitem__": lambda c, k: ("cgi", k)})[5], "setitem": lambda: exec("o[1] = 2", {"o": make(setitem=None)}), "setitem missing": lambda: exec("o[1] = 2", {"o": make()}), "delitem": lambda: exec("del o[1]", {"o": make(delitem=None)}), "delitem missing": lambda: exec("del o[1]", {"o": make(setitem=1)}),
    "iter": lambda: [x for x in make(iter=iter("ab"))], "iter wrong": lambda: list(make(iter=5)), "iter blocked": lambda: list(type("B", (list,), {"__iter__": None})([1])), "iter missing": lambda: list(make()), "iter get fails": lambda: list(make(iter=M("iter", error="get"))), "next": lambda: next(make(next=7)), "for": lambda: exec("for x in o: pass", {"o": make(iter=make(next=M("next", error=StopIteration())))}),
    "neg": lambda: -make(neg=1), "invert missing": lambda: ~make(), "abs": lambda: abs(make(abs=2)), "index": lambda: [1, 2, 3][make(index=1)], "index wrong": lambda: [1][make(index="x")], "index missing": lambda: [1][make()], "hash": lambda: hash(make(hash=5)), "hash wrong": lambda: hash(make(hash="x")), "hash none": lambda: hash(type("H", (), {"__hash__": None})()), "hash big": lambda: hash(make(hash=2 ** 61)), "str": lambda: str(make(str="s")), "str wrong": lambda: str(make(str=5)), "str by repr": lambda: str(make(repr="r")), "repr wrong": lambda: repr(make(repr=5)), "format": lambda: f"{make(format='f'):x}", "format wrong": lambda: f"{make(format=5)}", "int": lambda: int(make(int=5)), "int wrong": lambda: int(make(int="5")), "int by index": lambda: int(make(index=6)), "float": lambda: float(make(float=1.5)), "float wrong": lambda: float(make(float=1)), "float by index": lambda: float(make(index=2)), "round": lambda: round(make(round=3)), "round n": lambda: round(make(round=3), 2), "divmod": lambda: divmod(make(divmod="d"), 1), "rdivmod": lambda: divmod(1, make(rdivmod="rd")), "pow3": lambda: pow(make(pow="p"), 1, 2), "dir": lambda: dir(make(dir=["b", "a"])), "reversed": lambda: reversed(make(reversed="rev")), "instancecheck": lambda: isinstance(5, make(instancecheck=1)), "subclasscheck": lambda: issubclass(int, make(subclasscheck=[])), "length_hint": lambda: list(make(iter=iter("a"), length_hint=5)), "bytes": lambda: bytes(make(bytes=b"b")), "bytes wrong": lambda: bytes(make(bytes="b")), "complex": lambda: complex(make(complex=1j)), "matmul": lambda: make(matmul="@") @ 1, "ior": lambda: exec("o |= 1; log.append(str(o))", {"o": make(ior="ior"), "log": log}), "ior fallback": lambda: exec("o |= 1; log.append(str(o))", {"o": make(ior=NotImplemented, **{"or": "or"}), "log": log}),
}.items(): run(name, f)
