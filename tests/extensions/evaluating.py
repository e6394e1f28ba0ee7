# PEP 523: every call of a Python function goes through a function of C code, which has it evaluated or answers for it.
import sys
sys.path.insert(0, sys.argv[1])
import _thread
import evaluating


def inner(x=42): return x
def outer(n):
    total = 0
    for i in range(n):
        total += inner(i)
    return total
def closure(a):
    def within(): return a
    return within()
def generator(n):
    for i in range(n): yield i
def fails(): raise KeyError("of its own")
def catches():
    try: fails()
    except KeyError as e: return repr(e)
def replaced(a, b): return a + b
def refused(): return "never seen"


class C:
    def __init__(self, v): self.v = v
    def __getitem__(self, i): return i * 2
    def __add__(self, other): return self.v + other
    def __bool__(self): return False
    def __len__(self): return 7
    def __eq__(self, other): return "equal"
    def __hash__(self): return 5
    def __contains__(self, item): return item == 3
    def __iter__(self): return self
    def __next__(self):
        if self.v > 2: raise StopIteration
        self.v += 1
        return self.v
    def __enter__(self): return self
    def __exit__(self, *info): return True
    @property
    def p(self): return "property"


def uses():
    c = C(0)
    out = [c[3], c + 1, "yes" if c else "no", len(c), c == 1, hash(c), 3 in c, [x for x in c], c.p, {c: 1}[c]]
    with c: raise ValueError
    try: return out + [refused()]
    except TypeError as e: return out + [repr(e)]


def run(label, function, *args, answers={}):
    seen = []
    evaluating.begin(seen, answers)
    try:
        result = function(*args)
    except Exception as e:
        result = e
    finally:
        evaluating.end()
    # Generators that bytecode resumes are not told of under HotPy.
    print(label, repr(result), [name for name in seen if name not in ("generator", "<genexpr>")])


outer(300)
print(evaluating.which())
for i in range(3):
    run("hot", outer, 3)
run("closure", closure, 5)
run("generator", lambda: sum(generator(4)))
run("fails", fails)
run("catches", catches)
run("replaced", lambda: replaced(1, 2), answers={"replaced": "by C"})
run("refused", uses, answers={"refused": TypeError("refused by C")})
run("not next", lambda: list(C(0)), answers={"__next__": StopIteration("at once")})
run("for", lambda: [1 for x in C(0)], answers={"__next__": StopIteration()})
run("operators", lambda: (C(1) + 2, 3 in C(1), bool(C(1)), C(1) == 2), answers={"__add__": "sum", "__contains__": "true", "__bool__": True, "__eq__": NotImplemented})
run("odd truth", lambda: not C(1), answers={"__bool__": 3})
run("init", lambda: C(1).__dict__, answers={"__init__": None})
run("odd init", lambda: C(1), answers={"__init__": 1})
run("class", lambda: type("X", (), {}) and exec("class Y:\n def m(self): return 8\nprint(Y().m())"))
run("sorted", lambda: sorted([3, 1, 2], key=inner), answers={"inner": 0})
run("deep", lambda: (lambda f: f(f, 50))(lambda f, n: n and f(f, n - 1)))


def recursive(n): return recursive(n + 1)


evaluating.begin([], {})
try: recursive(0)
except RecursionError as e: message = str(e)
evaluating.end()
print(message, evaluating.which())

seen, lock = [], _thread.allocate_lock()
lock.acquire()
evaluating.begin(seen, {})
_thread.start_new_thread(lambda: (inner(), lock.release()), ())
lock.acquire()
evaluating.end()
print(sorted(name for name in seen))
run("trace", lambda: (sys.settrace(lambda *args: print("trace", args[1])), inner(1), sys.settrace(None))[1])
seen = []
outer(300)
print(outer(1000), seen)
