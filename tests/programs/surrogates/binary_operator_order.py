# Binary operators, the whole protocol: who is asked first, what NotImplemented does, how subclasses take precedence, with every look-up logged.
log = []


class Method:
    """A method whose look-up on the type is logged."""
    def __init__(self, name, result): self.name, self.result = name, result
    def __get__(self, obj, cls):
        log.append(f"look up {cls.__name__}.{self.name}")
        def call(*args):
            log.append(f"call {cls.__name__}.{self.name}({', '.join(type(a).__name__ for a in args)})")
            return self.result(*args) if callable(self.result) else self.result
        return call


def cls(name, bases=(), **methods): return type(name, bases, {f"__{k}__": Method(f"__{k}__", v) for k, v in methods.items()})


NI = NotImplemented
Left = cls("Left", add=NI, radd="left r", iadd=NI)
Right = cls("Right", add="right", radd="right r")
Silent = cls("Silent")
Sub = cls("Sub", (Left,), radd="sub r")
SubInherits = cls("SubInherits", (Left,))
SubSame = cls("SubSame", (Left,), add="subsame", radd=NI)
RightSub = cls("RightSub", (Right,), add=NI)
Raises = cls("Raises", add=lambda o: 1 / 0, radd=lambda o: {}["k"])
makers = [Left, Right, Silent, Sub, SubInherits, SubSame, RightSub, Raises, lambda: 5, lambda: "s", lambda: [1]]
for make_a in makers:
    for make_b in makers:
        a, b = make_a(), make_b()
        for op in ("a + b", "a += b"):
            log.clear()
            space = {"a": a, "b": b}
            try:
                if op == "a + b": r = eval(op, space)
                else: exec(op, space); r = space["a"]
            except Exception as e: r = f"{type(e).__name__}: {e}"
            print(f"{type(a).__name__} {op[2:4].strip()} {type(b).__name__}: {r if isinstance(r, (str, int)) else type(r).__name__} | {'; '.join(log)}")
Cmp = cls("Cmp", lt=NI, gt="gt", le="le", eq=NI, ne=NI)
CmpSub = cls("CmpSub", (Cmp,), gt=NI, lt="sub lt", eq="sub eq")
CmpSub2 = cls("CmpSub2", (Cmp,))
for make_a in (Cmp, CmpSub, CmpSub2, lambda: 5):
    for make_b in (Cmp, CmpSub, CmpSub2, lambda: 5):
        for op in ("<", "<=", ">", "==", "!="):
            log.clear()
            a, b = make_a(), make_b()
            try: r = eval(f"a {op} b")
            except TypeError as e: r = str(e)
            print(f"{type(a).__name__} {op} {type(b).__name__}: {r} | {'; '.join(log)}")
Pow = cls("Pow", pow=lambda *a: a[1:] or "two", rpow="rpow")
for args in ((Pow(), 2), (Pow(), 2, 3), (2, Pow()), (2, Pow(), 3), (2, 3, Pow())):
    log.clear()
    try: r = pow(*args)
    except TypeError as e: r = e
    print(r, log)
Seq = cls("Seq", (list,), radd="list radd", rmul="list rmul")
Str = cls("Str", (str,), radd="str radd", rmod="str rmod")
Int = cls("Int", (int,), radd="int radd", rsub=NI, rmul=NI)
for text in ("[1] + Seq([2])", "[1] * Seq()", "'a' + Str('b')", "'%s' % Str('x')", "1 + Int(2)", "1 - Int(2)", "3 * Int(2)", "1.5 + Int(2)", "Int(1) + Int(2)", "Int(1) + 2", "(1,) + Seq([1])", "True + Int(1)", "2 ** Int(3)", "Seq([1]) + [2]", "divmod(7, Int(2))", "1 // Int(2)"):
    log.clear()
    try: r = eval(text)
    except TypeError as e: r = e
    print(text, "=", r, log)


class Attr:
    def __getattr__(self, n): log.append(f"getattr {n}"); return lambda *a: "never"


log.clear()
for text in ("Attr() + 1", "1 + Attr()", "-Attr()", "Attr() < 1", "len(Attr())", "Attr()[0]", "Attr()()", "iter(Attr())", "1 in Attr()", "bool(Attr())", "hash(Attr()) is not None"):
    try: print(text, eval(text), log)
    except TypeError as e: print(text, e, log)
