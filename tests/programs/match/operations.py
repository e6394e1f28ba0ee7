# Which operations a match performs on its subject and in which order; errors inside patterns; values compared with ==.
log = []


class Seq(list):
    def __len__(self): log.append("len"); return super().__len__()
    def __getitem__(self, i): log.append(f"get {i}"); return super().__getitem__(i)
    def __iter__(self): log.append("iter"); return super().__iter__()


class Eq:
    def __init__(self, name, answer=True): self.name, self.answer = name, answer
    def __eq__(self, o): log.append(f"{self.name}=={getattr(o, 'name', o)}"); return self.answer
    def __repr__(self): return self.name


class Names:
    one, two = Eq("V1"), Eq("V2", False)


def flush(tag):
    print(tag, *log, sep=" | ")
    log.clear()


match Seq([1, 2, 3]):
    case [a, b]: pass
    case [x, *_, 4]: pass
    case [x, 2, y]: flush(f"matched {x} {y}")
match Seq([1, 2, 3]):
    case [*all_]: flush(f"star {all_}")
match Seq([1, 2, 3]):
    case [_, _, _]: flush("wildcards")
match Seq([1, 2, 3]):
    case [*_]: flush("star wildcard")
match Seq([1, 2, 3, 4]):
    case [a, *_, b]: flush(f"ends {a} {b}")
match Eq("subject", False):
    case Names.one: flush("no")
    case 1: flush("no")
    case "x" | None | True: flush("no")
    case Names.two: flush("no")
    case _: flush("fell through")
match Eq("subject"):
    case 5: flush("literal equal")
match Eq("subject"):
    case None: flush("no")
    case True: flush("no")
    case False: flush("no")
    case _: flush("singletons by identity")
match [Eq("e1", False), Eq("e2")]:
    case [1, 2]: flush("no")
    case [_, 2]: flush("second")


class Truthy:
    def __init__(self, v): self.v = v
    def __bool__(self): log.append(f"bool {self.v}"); return self.v
    def __eq__(self, o): return self


for v in (True, False):
    match Truthy(v):
        case 1: flush("truthy result of ==")
        case _: flush("falsy result of ==")
match 5:
    case x if Truthy(False): flush("no")
    case x if Truthy(True): flush("guard truth")


class Len:
    """A registered-like sequence: a list subclass with a wrong length."""


class Wrong(list):
    def __len__(self): return 2


try:
    match Wrong([1]):
        case [a, b]: print("no")
except ValueError as e:
    print("ValueError", e)


class LenFails(list):
    def __len__(self): raise ZeroDivisionError("len")


for pattern in ("[]", "[a]", "[*a]", "[a, *b]", "[_, *_]"):
    try:
        exec(f"match s:\n case {pattern}: print('matched', s is not None)\n case _: print('no')", {"s": LenFails([1])})
    except ZeroDivisionError as e:
        print(pattern, e)


class EqFails:
    def __eq__(self, o): raise KeyError("eq")


for pattern in ("1", "Names.one", "'s'", "None", "-1.5", "[1]", "{'k': 1}", "1 | 2", "str()"):
    for subject in (EqFails(), [EqFails()], {"k": EqFails()}):
        try:
            exec(f"match s:\n case {pattern}: print('matched', end=' ')\n case _: print('no', end=' ')", {"s": subject, "Names": Names})
        except KeyError as e:
            print("KeyError", end=" ")
    print(pattern)
log.clear()


class Attr:
    __match_args__ = ("a", "b")
    def __getattribute__(self, n):
        if n.startswith("__"): return super().__getattribute__(n)
        log.append(n)
        return n
    def __eq__(self, o): return True


match Attr():
    case Attr("a", "x"): pass
    case Attr(b="b", a="a"): flush("keywords in order")
match Attr():
    case Attr(x, y): flush(f"bound {x} {y}")
match [Attr()]:
    case [Attr("a") | Attr("q")] if not log.append("guard"): flush("or")


def unbound(x):
    match x:
        case [1, a]: pass
        case {"b": b}: pass
    try: return a
    except UnboundLocalError as e: return str(e)


print(unbound([1, 2]), unbound({"b": 1}), unbound([2, 3]))


def partial(x):
    a = b = 0
    match x:
        case [a, b, 3]: return "full", a, b
        case [a, b, *_] if (a := a + 100) and False: pass
    return a, b


print(partial([1, 2, 3]), partial([1, 2, 4]), partial([]))


class Scope:
    match [1, 2]:
        case [first, second]: third = first + second


print(Scope.first, Scope.third)
glob = None


def global_capture():
    global glob
    match "captured":
        case glob: pass


global_capture()
print(glob)


def closure_capture(x):
    def get(): return captured
    match x:
        case [captured]: pass
        case captured: pass
    return get()


print(closure_capture([1]), closure_capture(2))


def generator(xs):
    for x in xs:
        match x:
            case int() if x > 2: yield "big"
            case int(): yield "small"; continue
            case "stop": return
            case str(s): yield s * 2
        yield "|"


print(list(generator([1, 3, "ab", None, "stop", 5])))


def in_try(x):
    try:
        match x:
            case 1: raise ValueError("one")
            case [y] if y.nothing: pass
            case _: return "returned"
    except (ValueError, AttributeError) as e: return str(e)
    finally: print("finally", end=" ")


print(in_try(1), in_try([2]), in_try(3))
match (lambda: 5)():
    case 5: print("call subject")
match [i for i in range(3)]:
    case [0, 1, 2] as whole: print(whole)
match {"a": 1}.get("a"), None, ...:
    case 1, None, e: print(e)
match "a" if True else "b":
    case "a": print("conditional subject")
