# Programs, statements and code objects run from C.
import sys
sys.path.insert(0, sys.argv[1])
import running as r
import os, tempfile, warnings

os.chdir(tempfile.mkdtemp())


def show(f, *args):
    try:
        print(f(*args))
    except BaseException as e:
        print(type(e).__name__, e)


def file(name, text):
    with open(name, "w", encoding="latin-1") as f:
        f.write(text)
    return name


space = {}
show(r.run_file, file("a.py", "x = 1\ny = x + 1\n"), 257, space)
print(space["y"], sorted(space))
show(r.run_file, file("b.py", "x + y\n"), 258, space)
show(r.run_file, file("c.py", "from __future__ import annotations\n"), 257, space)
show(r.run_file, file("d.py", "# coding: latin-1\nz = '\xe9'\n"), 257, space)
print(ascii(space["z"]))
show(r.run_file, file("e.py", "def f(:\n"), 257, space)
show(r.run_file, file("f.py", "1/0\n"), 257, space)
show(r.run_file, "none.py", 257, space)
print(r.simple_file(file("g.py", "print(__name__, __cached__)\nw = 5\n")), w)
sys.stderr = sys.stdout
del __file__
print(r.simple_file(file("g.py", "print(__name__, __file__, __cached__)\n")), "__file__" in globals(), "__cached__" in globals())
sys.ps1 = sys.ps2 = ""
print(r.interactive(file("i.py", "q = 3\nif q:\n  q\n\nq + 1\nfor\n1/0\nq\n")))


def f(a, b=2, *c, d=4, **e):
    return a, b, c, d, e


code = f.__code__
g = globals()
show(r.eval_code, code, g, (1,), (), (2,), {"d": 4}, None)
show(r.eval_code, code, g, (1, 5, 6, 7), ("d", 8, "k", 9), (2,), None, None)
show(r.eval_code, code, g, (), (), (), None, None)
show(r.eval_code, code, g, (1,), ("a", 2), (7,), {"d": 1}, None)


def outer(n):
    def inner(m):
        return n + m
    return inner


inner = outer(10)
show(r.eval_code, inner.__code__, g, (5,), (), (), None, inner.__closure__)
show(r.eval_code, compile("w + 1", "x", "eval"), g, (), (), (), None, None)


def make():
    space = {}
    exec("def h(): return 1", space)
    return space["h"].__code__


h = make()
print(r.extra(h, 5), r.extra(h, 6), r.extra(code, 7))
del h
print(r.freed())
show(r.place, code, -1)
show(r.place, code, 0)
show(r.place, code, len(code.co_code) - 2)
print(r.listen())
sys.audit("running.a", 1, "x")
show(sys.audit, "running.no")
sys.audit("other")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    r.warn()
print([(str(w.message).split(" at ")[0].split(" from ")[0], w.category.__name__, w.filename, w.lineno) for w in caught])
print(r.tokens())
show(r.codecs, "hello")
