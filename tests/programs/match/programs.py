# match at work: a small interpreter, a state machine, red-black tree balancing, a command parser.
class Node:
    __match_args__ = ("color", "left", "value", "right")
    def __init__(self, color, left, value, right): self.color, self.left, self.value, self.right = color, left, value, right


def balance(n):
    match n:
        case (Node("B", Node("R", Node("R", a, x, b), y, c), z, d) | Node("B", Node("R", a, x, Node("R", b, y, c)), z, d)
              | Node("B", a, x, Node("R", Node("R", b, y, c), z, d)) | Node("B", a, x, Node("R", b, y, Node("R", c, z, d)))):
            return Node("R", Node("B", a, x, b), y, Node("B", c, z, d))
    return n


def insert(t, v):
    def ins(t):
        match t:
            case None: return Node("R", None, v, None)
            case Node(c, l, x, r) if v < x: return balance(Node(c, ins(l), x, r))
            case Node(c, l, x, r) if v > x: return balance(Node(c, l, x, ins(r)))
        return t
    r = ins(t)
    return Node("B", r.left, r.value, r.right)


def walk(t, depth=0):
    match t:
        case Node(c, l, v, r):
            yield from walk(l, depth + 1)
            yield v, c, depth
            yield from walk(r, depth + 1)


t = None
for v in (5, 3, 8, 1, 4, 7, 9, 2, 6, 0, 10, 11, 12, 13): t = insert(t, v)
print([v for v, _, _ in walk(t)], max(d for _, _, d in walk(t)), "".join(c for _, c, _ in walk(t)))


def evaluate(e, env):
    match e:
        case int() | float() | str() if not isinstance(e, str): return e
        case str(name): return env[name]
        case ["quote", x]: return x
        case ["if", test, then, other]: return evaluate(then if evaluate(test, env) else other, env)
        case ["let", [*bindings], body]: return evaluate(body, {**env, **{n: evaluate(v, env) for n, v in bindings}})
        case ["lambda", [*params], body]: return lambda *args: evaluate(body, {**env, **dict(zip(params, args))})
        case ["define", str(name), value]: env[name] = evaluate(value, env); return name
        case ["begin", *body, last]:
            for b in body: evaluate(b, env)
            return evaluate(last, env)
        case [("+" | "-" | "*" | "<" | "=") as op, a, b]:
            x, y = evaluate(a, env), evaluate(b, env)
            match op:
                case "+": return x + y
                case "-": return x - y
                case "*": return x * y
                case "<": return x < y
                case "=": return x == y
        case [f, *args]: return evaluate(f, env)(*[evaluate(a, env) for a in args])
        case other: raise SyntaxError(f"bad expression {other!r}")


env = {"twice": lambda x: x * 2}
env["fact"] = None
evaluate(["define", "fact", ["lambda", ["n"], ["if", ["<", "n", 2], 1, ["*", "n", ["fact2", ["-", "n", 1]]]]]], env)
env["fact2"] = lambda n: evaluate(["fact", n], env)
print(evaluate(["begin", ["define", "x", 5], ["let", [["y", 3], ["z", ["twice", "x"]]], ["+", "y", ["*", "z", "x"]]]], env), evaluate(["fact", 20], env), evaluate(["quote", ["a", 1]], env), evaluate([["lambda", ["a", "b"], ["-", "b", "a"]], 1, 10], env))
for bad in ([], ["undefined", 1], {"a": 1}, None):
    try: evaluate(bad, env)
    except Exception as e: print(type(e).__name__, e)


def tokens(text):
    i = 0
    while i < len(text):
        match text[i:]:
            case s if s[0].isspace(): i += 1; continue
            case s if s[0] in "()": yield s[0]; i += 1
            case s:
                j = 0
                while j < len(s) and not s[j].isspace() and s[j] not in "()": j += 1
                yield s[:j]; i += j


def parse(ts):
    match ts:
        case ["(", *rest]:
            out = []
            while rest and rest[0] != ")":
                item, rest = parse(rest)
                out.append(item)
            match rest:
                case [")", *after]: return out, after
                case _: raise SyntaxError("missing )")
        case [")", *_]: raise SyntaxError("unexpected )")
        case [t, *after]: return (int(t) if t.lstrip("-").isdigit() else t), after
        case []: raise SyntaxError("empty")


print(evaluate(parse(list(tokens("(let ((a 2) (b (+ 1 3))) (* a (fact b)))")))[0], env))
for bad in ("(+ 1", ")", ""):
    try: parse(list(tokens(bad)))
    except SyntaxError as e: print(e)


def machine(events):
    state, log = ("idle",), []
    for ev in events:
        match state, ev:
            case ("idle",), ("coin", n) if n >= 10: state = ("ready", n)
            case ("idle",), ("coin", n): state = ("partial", n)
            case ("partial", have), ("coin", n): state = ("ready", have + n) if have + n >= 10 else ("partial", have + n)
            case ("ready", have), ("push",): log.append(f"change {have - 10}"); state = ("idle",)
            case (_, have), ("refund",): log.append(f"refund {have}"); state = ("idle",)
            case _, _: log.append(f"ignored {ev[0]} in {state[0]}")
    return state, log


print(machine([("push",), ("coin", 5), ("push",), ("coin", 7), ("push",), ("coin", 3), ("refund",), ("refund",), ("coin", 20)]))


def derive(e, x):
    match e:
        case int(): return 0
        case str(v): return int(v == x)
        case ("+", a, b): return ("+", derive(a, x), derive(b, x))
        case ("*", a, b): return ("+", ("*", derive(a, x), b), ("*", a, derive(b, x)))
        case ("^", a, int(n)): return ("*", ("*", n, ("^", a, n - 1)), derive(a, x))


def simp(e):
    match e:
        case (op, a, b):
            match op, simp(a), simp(b):
                case "+", int(x), int(y): return x + y
                case "*", int(x), int(y): return x * y
                case ("+", 0, x) | ("+", x, 0) | ("*", 1, x) | ("*", x, 1) | ("^", x, 1): return x
                case ("*", 0, _) | ("*", _, 0): return 0
                case "^", _, 0: return 1
                case t: return t
    return e


print(simp(derive(("+", ("*", 3, ("^", "x", 2)), ("*", "y", "x")), "x")), simp(derive(("^", ("+", "x", 1), 3), "x")))
fizz = [("Fizz" * (not n % 3) + "Buzz" * (not n % 5)) or n for n in range(1, 16)]
print([{(0, 0): "FB", (0, 1): "F"}.get((n % 3, n % 5), n) for n in (15, 6)], fizz)
