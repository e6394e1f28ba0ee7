# sys.setprofile: calls of Python and C functions, methods, types, callbacks; failures; both observers at once.
import sys

log = []


def prof(frame, event, arg):
    if event.startswith("c_"):
        arg = (arg.__qualname__, type(arg).__name__, type(arg.__self__).__name__)
    elif not isinstance(arg, (int, str, type(None), list)):
        arg = type(arg).__name__
    if frame.f_code.co_name != "run":
        log.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg))


def run(f, *args):
    log.clear()
    sys.setprofile(prof)
    try: result = f(*args)
    except Exception as e: result = type(e).__name__, e.args
    sys.setprofile(None)
    print(f.__name__, result if isinstance(result, (int, str, tuple, list, type(None))) else type(result).__name__)
    for entry in log: print("   ", *entry)


def builtins():
    len("abc"), max(1, 2), abs(-1), repr(1), isinstance(1, int), print(end="")
    sorted([2, 1]), sum([1]), min((1, 2), key=None), iter([]), next(iter("a")), getattr(1, "real"), any([1]), all([])
    return divmod(7, 2)


def types():
    int("5"), str(5), list("ab"), dict(a=1), type(1), object(), range(3), map(str, [1]), zip(), super, property()
    return [*map(str, [1, 2])], list(filter(None, [0, 1]))


def methods():
    x = [3, 1]
    x.append(2); x.sort(); x.sort(key=lambda v: -v)
    "a,b".split(","); "x".join("ab"); "x".upper().lower()
    list.append(x, 5); str.upper("a"); dict.get({}, 1)
    f = x.append
    f(6)
    {}.update(a=1); "{a}".format(a=1)
    int.from_bytes(b"a", "big"); dict.fromkeys("ab"); str.maketrans("a", "b"); bytes.fromhex("00")
    (1).__add__(2); int.__add__(1, 2); x.__len__()
    return x


def star_calls():
    a, k = (1, 2), {"key": None}
    max(*a); max(*a, **k); dict(**k); [].append(*[1]); list.append(*[[], 1]); len(*["abc"]); "{}".format(*a); list.append(*([], 2))
    print(*[], **{"end": ""})
    python(*a); python(*a, **{"c": 5})
    return divmod(*[7, 2])


def python(a, b, c=3): return a


def failing():
    out = []
    for f in (lambda: len(5), lambda: [].pop(), lambda: [].index(3), lambda: max(), lambda: int("x"), lambda: len(*[5]), lambda: list.append(), lambda: list.append(1, 2), lambda: len(), lambda: {}["k"], lambda: python(), lambda: len(x=1), lambda: 1 // 0, lambda: list.append(*[5, 1])):
        try: f()
        except Exception as e: out.append(type(e).__name__)
    return out


def callbacks():
    sorted([1, 2], key=lambda x: -x); max([1, 2], key=lambda x: x)
    list(map(lambda x: x, [1])); sum(x for x in [1, 2]); any(x for x in [0, 1])
    list(filter(lambda x: x, [1, 0]))
    return [*iter(lambda: 0, 0)]


class Special:
    def __init__(self, v): self.v = v
    def __len__(self): return self.v
    def __add__(self, o): return self
    def __getattr__(self, n): return n
    def __iter__(self): yield self.v
    def __call__(self): return 1
    def __eq__(self, o): return True
    def __hash__(self): return 1
    def __enter__(self): return self
    def __exit__(self, *a): return None
    def __getitem__(self, i): return i
    def __repr__(self): return "special"
    def __contains__(self, x): return True
    @property
    def prop(self): return 5
    @classmethod
    def make(cls): return cls(1)
    @staticmethod
    def static(): return 1


def specials():
    s = Special(2)
    len(s), s + 1, s.nothing, [*s], s(), s == 1, hash(s), s[1], repr(s), f"{s}", 1 in s, s.prop, bool(s), {s: 1}[s]
    Special.make(), s.static(), getattr(s, "zzz"), str(s)
    with s: pass
    class Local(Special): pass
    return Local(3).v


for f in (builtins, types, methods, star_calls, failing, callbacks, specials): run(f)


def broken(frame, event, arg):
    if event == when: raise OSError(event)


def target():
    try: return len("a")
    except OSError as e: return "caught " + str(e)


def target2():
    try: return len(5)
    except Exception as e: return "caught " + type(e).__name__


for when in ("call", "return", "c_call", "c_return", "c_exception"):
    for f in (target, target2):
        sys.setprofile(broken)
        try:
            try: result = f()
            except OSError as e: result = "raised " + str(e)
            sys.setprofile(None)
        except OSError as e: result = "late " + str(e)
        print(when, f.__name__, result, sys.getprofile())
        sys.setprofile(None)


def tracer(frame, event, arg):
    log.append(("trace", frame.f_code.co_name, event))
    return tracer


log.clear()
sys.settrace(tracer)
sys.setprofile(prof)
target()
sys.setprofile(None)
sys.settrace(None)
for entry in log: print(*entry)
print(sys.gettrace(), sys.getprofile())
log.clear()


def nested(frame, event, arg):
    """An observer's own calls are not observed, unless through call_tracing."""
    log.append((frame.f_code.co_name, event))
    if frame.f_code.co_name == "target" and event == "call":
        target2(); len("x")
        sys.call_tracing(python, (1, 2))
    return nested


sys.settrace(nested)
target()
sys.settrace(None)
print(log)
