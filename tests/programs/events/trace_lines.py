# sys.settrace: order of call, line, return and opcode events over all kinds of statements.
import sys

log = []


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    shown = arg if isinstance(arg, (int, str, type(None), list, tuple)) else type(arg).__name__
    if event == "exception":
        shown = (arg[0].__name__, str(arg[1]), type(arg[2]).__name__)
    log.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, shown))
    return tracer


def run(f, *args):
    log.clear()
    sys.settrace(tracer)
    try:
        result = f(*args)
    except BaseException as e:
        result = e
    finally:
        sys.settrace(None)
    print(f.__name__, "=", type(result).__name__ if isinstance(result, BaseException) else result)
    for entry in log:
        if entry[0] != "run":
            print("   ", *entry)


def straight():
    a = 1
    b = (a +
         2)
    return [
        a,
        b,
    ]


def loops(n):
    total = 0
    for i in range(n):
        if i % 2:
            continue
        total += i
    else:
        total += 100
    while total > 98:
        total -= 1
    while True:
        if total: break
    for _ in (): pass
    return total


def one_line_loop():
    for i in (1, 2, 3): pass
    while i: i -= 1
    x = [j for j in range(3)]; y = {k: 1 for k in "ab"}
    return x, sum(z for z in range(3))


def branches(x):
    if x == 1:
        r = "one"
    elif x == 2:
        r = "two"
    else:
        r = "many"
    r = (r
         if x
         else "none")
    return r and \
        x and \
        r


def handlers(kind):
    try:
        try:
            if kind == 1: raise ValueError("v")
            if kind == 2: {}["k"]
            result = "fine"
        except ValueError as e:
            result = str(e)
        except (TypeError,
                KeyError):
            raise RuntimeError("r")
        else:
            result += " else"
        finally:
            kind = None
    except RuntimeError:
        return "outer"
    return result


class Manager:
    def __enter__(self):
        return self
    def __exit__(self, t, v, tb):
        return t is ValueError


def managers():
    with Manager() as m, \
            Manager():
        x = 1
    with Manager():
        raise ValueError(1)
    with Manager():
        return x


def nested_definitions():
    @staticmethod
    def inner(a, b=2, *c): return a
    class Klass:
        """Doc."""
        attr = 1
        def method(self):
            return self.attr
    f = lambda: Klass().method()
    return f()


def matching(x):
    match x:
        case [1, y] if y > 5:
            return "list"
        case {"k": v}:
            return v
        case str() | int():
            return "scalar"
        case _:
            pass
    return None


def calls():
    a = max(
        len("abc"),
        straight()[1],
    )
    return dict(a=a,
                b=int("7"))["b"]


def deleted():
    x = y = 1
    del x
    global some_global
    some_global = 5
    del some_global
    assert y, "never"
    pass
    f"{y}{y!r:>5}"
    try:
        import sys as s
    finally:
        s = None
    return s


for f, *args in ((straight,), (loops, 4), (one_line_loop,), (branches, 1), (branches, 2), (branches, 0), (handlers, 0), (handlers, 1), (handlers, 2), (managers,), (nested_definitions,), (matching, [1, 6]), (matching, {"k": 3}), (matching, "s"), (matching, 1.5), (calls,), (deleted,)):
    run(f, *args)
run(exec, compile("a = 1\n\nif a:\n    b = 2\nelse:\n    b = 3\nc = b\n", __file__, "exec"), {})
run(eval, compile("1 +\\\n 2", __file__, "eval"))


def opcodes(frame, event, arg):
    if event == "call" and frame.f_code.co_name == "straight":
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
    if event == "opcode":
        log.append(frame.f_lasti)
    else:
        log.append((event, frame.f_lasti))
    return opcodes


log.clear()
sys.settrace(opcodes)
straight()
sys.settrace(None)
print(log)


def with_names():
    return dict(a=1, b=dict(c=2))["a"]


def both(frame, event, arg):
    frame.f_trace_opcodes = True
    log.append((event, frame.f_lasti, frame.f_lineno))
    return both


log.clear()
sys.settrace(both)
with_names()
sys.settrace(None)
print([(e, i, l - with_names.__code__.co_firstlineno) for e, i, l in log])
