# with: one and several managers, targets, suppression, order, failures in enter and exit, return inside.
class CM:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("enter " + self.name)
        return self.name.upper()

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None)
        if self.fail == "exit":
            raise RuntimeError("exit " + self.name)
        return self.suppress


with CM("a") as a:
    print("body", a)
with CM("a") as a, CM("b"), CM("c") as c:
    print(a, c)
with (CM("a") as a, CM("b") as b,):
    print(a, b)
with (CM("p")) as p: print(p)
with CM("t") as (x, *y): print(x, y)
box = {}
with CM("k") as box["key"], CM("q") as box["q"]: pass
print(box)


def attempt(f, *args):
    try:
        print("->", f(*args))
    except Exception as e:
        print("!!", type(e).__name__, e, "| context", repr(e.__context__))


def raising(suppress):
    with CM("r", suppress):
        raise ValueError("inside")
    return "after"


attempt(raising, True)
attempt(raising, False)
attempt(raising, "truthy")
attempt(raising, [])


def multi(*fails):
    with CM("1", fail=fails[0]) as one, CM("2", suppress=True, fail=fails[1]) as two:
        raise KeyError("k")
    return "end"


attempt(multi, None, None)
attempt(multi, "enter", None)
attempt(multi, None, "enter")
attempt(multi, "exit", None)
attempt(multi, None, "exit")


def returns():
    with CM("ret"):
        return "returned"


def in_loop():
    for i in range(4):
        with CM(f"l{i}"):
            if i == 0:
                continue
            if i == 2:
                break
    return i


attempt(returns)
attempt(in_loop)


def exit_in_return():
    with CM("x", fail="exit"):
        return 1


attempt(exit_in_return)


class NoEnter:
    def __exit__(self, *a): pass


class NoExit:
    def __enter__(self): print("never entered")


class Neither: pass


class OnInstance:
    pass


for bad in (NoEnter(), NoExit(), Neither(), 5):
    try:
        with bad:
            print("no")
    except Exception as e:
        print(type(e).__name__, e)
inst = OnInstance()
inst.__enter__ = inst.__exit__ = lambda *a: print("ignored")
try:
    with inst: pass
except TypeError as e:
    print(e)


class BadBool:
    def __bool__(self): raise ZeroDivisionError("bool")


class ExitBool:
    def __enter__(self): return self
    def __exit__(self, *a): return BadBool()


try:
    with ExitBool(): raise ValueError("body")
except Exception as e:
    print(type(e).__name__, e, repr(e.__context__))
with ExitBool(): print("result not tested without an exception")


class ByDescriptor:
    @property
    def __enter__(self): print("get enter"); return lambda: "entered"
    @property
    def __exit__(self): print("get exit"); return lambda *a: True


with ByDescriptor() as v:
    print(v)
    raise SystemExit(3)


class Static:
    @staticmethod
    def __enter__(): return "static"
    @classmethod
    def __exit__(cls, *args): print(cls.__name__, len(args))


with Static() as s: print(s)
attempt(exec, "with Undefined() as u: pass")
