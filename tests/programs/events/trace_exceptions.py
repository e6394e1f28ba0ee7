# sys.settrace: exception events where exceptions arise, pass through, are swallowed; trace functions that raise, or change.
import sys

log = []


def show(frame, event, arg):
    if frame.f_code.co_filename != __file__ or frame.f_code.co_name in ("run", "__str__"):
        return show
    if event == "exception":
        t, v, tb = arg
        depth = 0
        while tb: depth, tb = depth + 1, tb.tb_next
        arg = (t.__name__, type(v).__name__, getattr(v, "args", v), depth)
    elif event == "return" and not isinstance(arg, (int, str, type(None))):
        arg = type(arg).__name__
    log.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return show


def run(f, *args, tracer=show):
    log.clear()
    sys.settrace(tracer)
    try:
        result = f(*args)
    except BaseException as e:
        sys.settrace(None)
        tb, places = e.__traceback__, []
        while tb: places.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno)); tb = tb.tb_next
        result = (type(e).__name__, e.args, places, type(e.__context__).__name__)
    sys.settrace(None)
    print(f.__name__, result)
    for entry in log: print("   ", *entry)


def deep(n):
    if n: return deep(n - 1)
    return 1 // 0


def caught():
    try: deep(2)
    except ZeroDivisionError as e: x = e
    try:
        raise x
    except Exception:
        try: raise KeyError from x
        except KeyError: pass
    try: undefined
    except NameError: pass
    try: [].nothing
    except AttributeError: pass
    try: getattr(1, "nope", 2); hasattr(1, "nope")
    finally: pass


class Iter:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if not self.n: raise StopIteration
        self.n -= 1
        return self.n


class Old:
    def __getitem__(self, i):
        if i > 1: raise IndexError(i)
        return i


def iterating():
    for x in Iter(1): pass
    for x in Old(): pass
    for x in (i for i in "a"): pass
    for x in [1]: pass
    a, = Iter(1)
    list(Iter(1)), max(Iter(2)), 0 in Iter(1)
    for x in zip(Iter(1), "ab"): pass
    next(Iter(0), None)


def delegating():
    def inner():
        yield from Iter(1)
        yield from [1]
        return (yield from nothing())
    def nothing():
        return "value"
        yield
    return list(inner())


class Special:
    def __getattr__(self, name): raise AttributeError(name)
    def __len__(self): return -1
    def __bool__(self): return 1
    def __add__(self, o): return NotImplemented
    def __hash__(self): raise TypeError("hash")
    def __init__(self, fail=False):
        if fail: raise ValueError("init")
    def __del__(self): pass


def specials():
    s = Special()
    for f in (lambda: s.x, lambda: len(s), lambda: bool(s), lambda: s + 1, lambda: {s: 1}, lambda: Special(True), lambda: not s, lambda: hasattr(s, "y")):
        try: f()
        except Exception as e: pass


def reraising():
    try:
        try: raise ValueError(1)
        finally: x = 1
    except ValueError:
        try:
            raise
        except ValueError as e: pass
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError: pass
    except* TypeError: pass


for f in (caught, iterating, delegating, specials, reraising): run(f)
run(deep, 1)


def failing(event, name, line=None):
    def tracer(frame, what, arg):
        if frame.f_code.co_name == name and what == event and (line is None or frame.f_lineno - frame.f_code.co_firstlineno == line):
            raise OSError("tracer", event)
        return tracer
    return tracer


def victim(n=0):
    try:
        x = n
        1 // n
    except (ZeroDivisionError, OSError) as e:
        return type(e).__name__
    finally:
        log.append("finally")
    return x


for event, line in (("call", None), ("line", 2), ("line", 3), ("line", 5), ("line", 7), ("return", None), ("exception", None)):
    run(victim, tracer=failing(event, "victim", line))
    print("   ", sys.gettrace())
run(victim, 1, tracer=failing("return", "victim"))


def gen():
    try: yield 1
    except OSError: yield 2


def use_gen():
    return list(gen())


for event in ("call", "return", "line"): run(use_gen, tracer=failing(event, "gen"))


def local_only(frame, event, arg):
    """A local function that gives None stays; another function takes over."""
    if frame.f_code.co_name != "straight": return None
    def first(frame, event, arg):
        log.append(("first", event, frame.f_lineno - frame.f_code.co_firstlineno))
        return second if event == "line" else None
    def second(frame, event, arg):
        log.append(("second", event, frame.f_lineno - frame.f_code.co_firstlineno))
        return None
    return first


def straight():
    a = 1
    b = 2
    return a + b


run(straight, tracer=local_only)
run(straight, tracer=lambda f, e, a: log.append(("global only", e)))


def stopping():
    a = 1
    sys.settrace(None)
    b = 2


def starting():
    sys._getframe().f_trace = show
    sys.settrace(show)
    a = 1
    b = straight()
    sys.settrace(None)
    c = 1


run(stopping)
log.clear(); starting()
for entry in log: print("   ", *entry)


def change(frame, event, arg):
    if frame.f_code.co_name == "changed" and event == "line":
        frame.f_locals["x"] = frame.f_locals.get("x", 0) + 10
        frame.f_locals["new"] = 1
    return change


def changed():
    x = 1
    x += 1
    c = lambda: x
    return x, c()


run(changed, tracer=change)
for bad in (5, "text"):
    sys.settrace(bad)
    try: straight()
    except TypeError as e: print(e)
    print(sys.gettrace())
try: sys.settrace()
except TypeError as e: print(e)
