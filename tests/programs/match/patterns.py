# match: literal, capture, wildcard, value, group, sequence, or, as patterns and guards.
class Color:
    RED, GREEN = "red", 3


def literal(x):
    match x:
        case 0: return "zero"
        case 1 | 2 | 3: return "small"
        case -5: return "minus five"
        case 1.5: return "float"
        case 2 + 3j: return "complex"
        case -1 - 2j: return "negative complex"
        case "text" "joined": return "string"
        case b"bytes": return "bytes"
        case None: return "None"
        case True: return "True"
        case False: return "False"
        case Color.RED: return "red"
        case Color.GREEN | "g": return "green"
        case "": return "empty"
    return "no match"


for x in (0, 0.0, False, 1, True, 2, 3, 3.0, -5, 1.5, 2 + 3j, -1 - 2j, "textjoined", b"bytes", None, "red", "g", "", [], 99, 10 ** 20, "RED"):
    print(repr(x), literal(x))


def sequence(x):
    match x:
        case []: return "empty"
        case [one]: return f"one {one}"
        case [1, *rest]: return f"starts with 1, rest {rest}"
        case [*init, "last"]: return f"ends with last, init {init}"
        case [a, [b, c], *_]: return f"nested {a} {b} {c}"
        case (first, second): return f"pair {first} {second}"
        case (x, y, z) if x == y == z: return "all three same"
        case [_, *mid, _] if len(mid) > 2: return f"long {mid}"
        case _: return "other"


class MySeq:
    def __init__(self, *a): self.a = a
    def __len__(self): return len(self.a)
    def __getitem__(self, i): return self.a[i]


class SubList(list): pass
class SubTuple(tuple): pass


for x in ([], [5], (1, 2, 3), [1], [7, 8, "last"], ["last"], [1, "last"], [0, [1, 2]], [0, (3, 4), 5, 6], (8, 9), [2, 2, 2], [3, 3, 4], [1.0, 2], "ab", b"ab", bytearray(b"ab"), {1, 2}, {1: 2, 3: 4}, range(2), range(10), iter([1, 2]), MySeq(1, 2), SubList([5, 6]), SubTuple((1, 2)), None, (i for i in "ab"), memoryview(b"ab"), dict().keys()):
    print(type(x).__name__, sequence(x))


def alternatives(x):
    match x:
        case [("a" | "b") as letter, int() as n]: return letter, n
        case {"k": (1 | 2) as v} | [v, "or"]: return "or binding", v
        case (int() | float()) as num: return "number", num
        case [[x, _] | [_, x, _]]: return "inner", x
        case str() as s if s.isdigit(): return "digits", s
        case str() | bytes(): return "texty"
        case [Color.RED, *_] | [*_, Color.RED]: return "has red"
        case x as y: return "whatever", x is y


for x in (["a", 5], ["b", "x"], ["c", 1], {"k": 2}, {"k": 3}, [9, "or"], 5, 2.5, [[1, 2]], [[1, 2, 3]], "123", "abc", b"z", ["red", 1, 2, 3], [1, 2, 3, "red"], None):
    print(repr(x), alternatives(x))


def guards(x):
    log = []
    def g(tag, v): log.append(tag); return v
    match x:
        case n if g("1", False): r = "never"
        case [a, b] if g("2", a > b): r = f"decreasing {a}"
        case [a, b] if g("3", a == b): r = "equal"
        case [a, b]: r = "increasing"
        case _ if g("4", x == 7): r = "seven"
        case n: r = f"bound {n}"
    return r, log, n


for x in ([2, 1], [1, 1], [1, 2], 7, 8): print(guards(x))


def no_case(x):
    match x:
        case 1: pass
    return "after"


def bindings_stay(x):
    a = b = "old"
    match x:
        case [a, b, 99]: pass
        case [a, *_] if a > 100: pass
        case _: pass
    return a, b


print(no_case(1), no_case(2), bindings_stay([1, 2, 3]), bindings_stay([200]))
match 1, 2:
    case x, y: print("tuple subject", x, y)
match [1, 2], :
    case ([a, b],): print("one tuple", a, b)
match *[1, 2], 3:
    case a, *b: print("star subject", a, b)
match (w := 5):
    case 5: print("walrus", w)
match = case = 1
match match:
    case case: print("soft keywords", match, case)
match[0] if 0 else print([match, case])
_ = "underscore"
match 5:
    case _: print(_)
match {"a": [1, {"b": (2, 3)}]}:
    case {"a": [int(x), {"b": (y, z)}]}: print("deep", x, y, z)
match -0.0:
    case 0: print("minus zero is zero")
match "x":
    case "x" if (yes := True): print(yes)
match 3:
    case 1: print(1)
    case 2: print(2)
    case _:
        match "inner":
            case "inner": print("nested match")
for command in ("go north", "look", "take all the keys", "quit now", "", "drop"):
    match command.split():
        case ["go", ("north" | "south") as d]: print("going", d)
        case ["look"]: print("looking")
        case ["take", *things] if things: print("taking", things)
        case ["quit", *_]: print("bye")
        case []: print("nothing")
        case [verb, *_]: print("unknown", verb)
for bad in ("case x: pass\n case 1: pass", "case _: pass\n case 1: pass", "case x | 1: pass", "case [a, a]: pass", "case [*a, *b]: pass", "case {**r, 'k': 1}: pass", "case (1 | x): pass", "case {'a': 1, 'a': 2}: pass", "case C(a, b=1, c): pass", "case C(a=1, a=2): pass", "case f'x': pass", "case 1 + 1: pass", "case -x: pass", "case x.y(): pass", "case {x: 1}: pass", "case 1 as _: pass", "case a as b.c: pass", "case [1, x] | [x, 2]: pass", "case [x] | [y]: pass", "case {**_}: pass", "case *a: pass", "case a(b)(c): pass", "case {1: x, **x}: pass", "case C(x, x): pass", "case 1 + x: pass", "case 1j + 1: pass", "case not 1: pass"):
    try: compile("match 1:\n " + bad, "s", "exec"); print(repr(bad), "ok")
    except SyntaxError as e: print(repr(bad), e.msg)
