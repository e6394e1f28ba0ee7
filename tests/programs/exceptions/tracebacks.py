# Traceback objects: tb_lineno, tb_frame, tb_next; frames; what each kind of call adds; hand-made tracebacks.
import sys


def lines(e, base):
    tb, out = e.__traceback__, []
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - base))
        tb = tb.tb_next
    return out


class Obj:
    def __init__(self, fail=True):
        if fail: raise ValueError("init")
    def __add__(self, o): raise ValueError("add")
    def __getattr__(self, n): raise ValueError("getattr")
    def __getitem__(self, k): raise ValueError("getitem")
    def __call__(self): raise ValueError("call")
    def __iter__(self): raise ValueError("iter")
    def __len__(self): raise ValueError("len")
    def __eq__(self, o): raise ValueError("eq")
    __hash__ = object.__hash__
    def __bool__(self): raise ValueError("bool")
    def __enter__(self): raise ValueError("enter")
    def __exit__(self, *a): pass
    def __contains__(self, x): raise ValueError("contains")
    def __setattr__(self, n, v): raise ValueError("setattr")
    def __str__(self): raise ValueError("str")
    def __format__(self, s): raise ValueError("format")
    def __lt__(self, o): raise ValueError("lt")
    def __neg__(self): raise ValueError("neg")
    def __delitem__(self, k): raise ValueError("delitem")
    def __index__(self): raise ValueError("index")
    prop = property(lambda self: 1 / 0)


def iter_tb(tb):
    while tb:
        yield tb
        tb = tb.tb_next


o = Obj.__new__(Obj)
for text in ("Obj()", "o + 1", "1 + o", "o.x", "o[0]", "o()", "[*o]", "for _ in o: pass", "len(o)", "o == 1", "o != 1", "not o", "if o: pass", "with o: pass", "1 in o", "o.x = 1", "str(o)", "f'{o}'", "print(o)", "sorted([o, o])", "max(o, o)", "-o", "del o[0]", "[1][o]", "o.prop", "list(map(lambda x: 1 / x, [0]))", "sorted([1], key=lambda x: x.y)",
             "[x for x in o]", "(lambda: o.y)()", "class C(o.z): pass", "@o\ndef f(): pass", "def f(x=o.q): pass\n", "{o.k: 1}", "a, b = o", "o += 1", "import no_such_module_here", "from sys import nothing_there", "assert o", "match 1:\n case o.val: pass", "[1 for _ in 'a' if o]", "raise o.exc", "exec('1/0')", "eval('o.x')", "any(o.q for _ in 'a')", "type('T', (), {'__set_name__': 1, 'x': o})", "del undefined_name", "o.a.b.c", "try:\n 1/0\nfinally:\n x = 1", "list(zip(o))", "sum([1, 'a'])", "dict([1])", "x = [\n1,\n2,\no.multi]", "(1,\n 2)[\n5]"):
    try:
        exec(compile(text, "t", "exec"), {"o": o, "Obj": Obj})
    except Exception as e:
        print(text.replace("\n", "/"), type(e).__name__, [(t.tb_frame.f_code.co_name, t.tb_lineno if t.tb_frame.f_code.co_filename == "t" else "-") for t in iter_tb(e.__traceback__)][1:])


for text in ("Obj()", "o + 1", "o.x", "with o: pass", "sorted([1], key=lambda x: x.y)", "list(map(lambda x: 1 / x, [0]))", "any(1 / x for x in [0])", "[o.q for _ in 'a']", "class C:\n x = 1\n y = o.z", "def f():\n g()\ndef g():\n\n o.x\nf()", "o.prop", "x = [\n1,\no.multi]"):
    try:
        exec(compile(text, "t", "exec"), {"o": o, "Obj": Obj})
    except Exception as e:
        print(text.replace("\n", "/"), [(t.tb_frame.f_code.co_name, t.tb_lineno if t.tb_frame.f_code.co_filename == "t" else "-") for t in iter_tb(e.__traceback__)][1:])


def f(n):
    if n == 0:
        raise KeyError("bottom")
    try:
        f(n - 1)
    finally:
        pass


base = f.__code__.co_firstlineno
try: f(2)
except KeyError as e: print(lines(e, base)[1:])


def reraise():
    try:
        f(0)
    except KeyError as e:
        saved = e
    try:
        raise saved
    except KeyError as e:
        print(lines(e, reraise.__code__.co_firstlineno))
    try:
        raise saved.with_traceback(None)
    except KeyError as e:
        print(lines(e, reraise.__code__.co_firstlineno))
    try:
        try: f(0)
        except KeyError: raise
    except KeyError as e:
        print(lines(e, reraise.__code__.co_firstlineno)[:1])


reraise()
try: 1 / 0
except ZeroDivisionError as err:
    tb = err.__traceback__
T = type(tb)
made = T(None, tb.tb_frame, tb.tb_lasti, 77)
print(made.tb_lineno, made.tb_next, made.tb_frame is sys._getframe(), T.__name__, [n for n in dir(tb) if n.startswith("tb_")])
made.tb_next = tb
print(made.tb_next is tb)
for bad in (lambda: T(), lambda: T(5, tb.tb_frame, 1, 1), lambda: T(None, 5, 1, 1), lambda: T(None, tb.tb_frame, "a", 1), lambda: setattr(made, "tb_next", 5), lambda: setattr(tb, "tb_next", made), lambda: setattr(made, "tb_next", made), lambda: delattr(tb, "tb_next")):
    try: bad(); print("fine")
    except Exception as e: print(type(e).__name__, e)
fr = sys._getframe()
print(fr.f_code.co_name, fr.f_back, fr.f_globals is globals(), fr.f_locals is globals(), fr.f_builtins["len"] is len, fr.f_lineno > 100, fr.f_trace, fr.f_trace_lines, fr.f_trace_opcodes)
for bad in (lambda: sys._getframe(1000), lambda: sys._getframe("a"), lambda: sys._getframe(-1).f_code.co_name, lambda: setattr(fr, "f_code", 1), lambda: setattr(fr, "f_lineno", 1), lambda: fr.clear()):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)


def depth(): return sys._getframe(1).f_code.co_name, sys._getframe(2).f_code.co_name
def caller(): return depth()
print(caller(), (lambda: depth())(), [depth() for _ in "a"])


def clears():
    def inner(): secret = object(); raise ValueError
    try: inner()
    except ValueError as e: t = e.__traceback__.tb_next.tb_frame
    had = sorted(t.f_locals)
    t.clear()
    return had, t.f_locals


print(clears())
