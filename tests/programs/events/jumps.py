# Setting f_lineno from a trace function: forwards, backwards, into and out of blocks; refusals with their reasons.
import sys

out = []


def jump(f, start, target, event="line", times=1):
    """Runs f; where it comes to line `start` (from its def), it is sent to `target`."""
    left = times
    def tracer(frame, what, arg):
        nonlocal left
        if frame.f_code is f.__code__ and what == event and left and frame.f_lineno - first == start:
            left -= 1
            try: frame.f_lineno = first + target if isinstance(target, int) else target
            except Exception as e: out.append(f"{type(e).__name__}: {e}".replace(str(first + target) if isinstance(target, int) else "", "N"))
        return tracer
    first = f.__code__.co_firstlineno
    out.clear()
    sys.settrace(tracer)
    try: result = f()
    except BaseException as e: result = f"{type(e).__name__}: {e}"
    sys.settrace(None)
    print(f.__name__, start, "->", target, out, result, sys.exc_info()[0])


def straight():
    out.append(1)
    out.append(2)
    out.append(3)

    out.append(5)
    return "r"


def loops():
    out.append(1)
    for i in (1, 2):
        out.append(3)
        for j in "a":
            out.append(5)
        out.append(6)
    while len(out) < 9:
        out.append(8)
        break
    else:
        out.append(11)
    out.append(12)


def tries():
    try:
        out.append(2)
    except ValueError as e:
        out.append(4)
    else:
        out.append(6)
    finally:
        out.append(8)
    out.append(9)
    try:
        out.append(11)
        raise ValueError
    except ValueError as e:
        out.append(14)
        try: raise KeyError
        except KeyError:
            out.append(17)
    out.append(18)
    return sys.exc_info()[0]


class Manager:
    def __enter__(self): out.append("enter")
    def __exit__(self, *a): out.append("exit")


def withs():
    out.append(1)
    with Manager():
        out.append(3)
        with Manager() as m:
            out.append(5)
        out.append(6)
    out.append(7)


def nested():
    x = [
        1,
        2,
    ]
    def f():
        out.append(6)
        return 7
    if x:
        y = f()
    else:
        y = 0
    match x:
        case [a, b]:
            out.append(14)
    del x
    return [i
            for i in range(2)]


def generator():
    def gen():
        out.append(2)
        yield 3
        out.append(4)
        yield 5
        out.append(6)
    return [*gen()]


def unreachable():
    out.append(1)
    return 2
    out.append(3)
    return 4


def unbound():
    out.append(1)
    x = 2
    out.append(x)
    del x
    return "end"


for f, pairs in (
    (straight, [(1, 3), (3, 1), (2, 4), (2, 2), (5, 6), (1, 0), (1, -5), (1, 100), (6, 1), (1, "x"), (1, 2.0), (1, None), (1, 2 ** 70), (1, True)]),
    (loops, [(1, 2), (1, 3), (1, 5), (1, 6), (3, 6), (3, 12), (5, 3), (5, 6), (5, 12), (6, 5), (12, 3), (12, 8), (8, 12), (8, 11), (2, 7), (3, 2), (7, 11)]),
    (tries, [(2, 4), (2, 6), (2, 8), (2, 9), (1, 14), (9, 2), (9, 14), (11, 14), (12, 18), (14, 18), (14, 11), (14, 17), (17, 18), (17, 14), (17, 10), (14, 9), (18, 8), (8, 18), (6, 14), (18, 12)]),
    (withs, [(1, 3), (1, 7), (3, 7), (3, 6), (5, 6), (5, 7), (5, 3), (5, 1), (6, 5), (7, 2), (7, 1), (2, 7)]),
    (nested, [(1, 5), (1, 9), (8, 1), (9, 11), (11, 9), (1, 3), (12, 15), (15, 9), (9, 14), (15, 16), (5, 17)]),
    (unreachable, [(1, 3), (2, 4), (1, 4)]),
    (unbound, [(1, 3), (3, 2), (1, 4), (4, 3), (3, 5)]),
):
    for start, target in pairs: jump(f, start, target)
for event in ("call", "return", "exception"):
    jump(straight, 0 if event == "call" else 6, 2, event)
    jump(tries, 0 if event == "call" else 12 if event == "exception" else 19, 9, event)


def inner_jumps():
    """The generator's own frame, also while it is suspended."""
    def tracer(frame, what, arg):
        if frame.f_code.co_name == "gen":
            line = frame.f_lineno - frame.f_code.co_firstlineno
            if (what, line) == where and not done:
                done.append(1)
                try: frame.f_lineno = frame.f_code.co_firstlineno + to
                except ValueError as e: out.append(str(e))
        return tracer
    for where, to in ((("line", 1), 3), (("line", 3), 1), (("line", 4), 5), (("line", 2), 5)):
        out.clear()
        done = []
        sys.settrace(tracer)
        try: r = generator()
        except BaseException as e: r = type(e).__name__
        sys.settrace(None)
        print(where, to, out, r)


inner_jumps()
try: sys._getframe().f_lineno = 5
except ValueError as e: print(e)
try: sys._getframe().f_lineno = "x"
except ValueError as e: print(e)
try: del sys._getframe().f_lineno
except AttributeError as e: print(e)
f = sys._getframe()
f.f_trace = len
print(f.f_trace, f.f_trace_lines, f.f_trace_opcodes)
del f.f_trace
f.f_trace_lines = False
print(f.f_trace, f.f_trace_lines)
for name, value in (("f_trace_lines", 5), ("f_trace_opcodes", 5), ("f_lineno", 5)):
    try: setattr(f, name, value)
    except (TypeError, ValueError) as e: print(name, e)
