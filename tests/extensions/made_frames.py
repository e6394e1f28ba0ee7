# PyFrame_New with PyEval_EvalFrame, PyGen_New and the like.
import sys
sys.path.insert(0, sys.argv[1])
import made_frames as m


def show(label, f, *args):
    try: print(label, f(*args))
    except BaseException as e:
        lines = []
        tb = e.__traceback__
        while tb: lines, tb = lines + [(tb.tb_frame.f_code.co_name, tb.tb_lineno)], tb.tb_next
        print(label, type(e).__name__, e, lines[1:])


def none(): return 42
def local():
    x = 5
    y = []
    for i in range(3): y.append(x)
    return sum(y), sorted(locals().keys())
def seen():
    f = sys._getframe()
    return f.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno, f.f_back.f_code.co_name
def fails():
    raise ValueError("of the frame")
def deep(): return none() + local()[0]


namespace = {"__builtins__": __builtins__}
module = compile("x = 1\ny = x + 1\ndef f(): return y\nz = f()\n", "made", "exec")
show("module", lambda: m.evaluate(module, namespace, namespace))
print(sorted(namespace))
apart = {}
show("apart", lambda: m.evaluate(compile("a = y\n", "made", "exec"), namespace, apart))
print(apart)
show("expression", lambda: m.evaluate(compile("y * 21", "made", "eval"), namespace, {}))
for f in none, local, seen, deep:
    show(f.__name__, lambda: m.evaluate(f.__code__, globals()))
for i in range(300): m.evaluate(deep.__code__, globals())

for make in m.generator, m.named:
    g = make(none.__code__, globals())
    print(type(g).__name__, g.__name__, g.__qualname__, g.gi_running, g.gi_code is none.__code__)
    show("first", next, g)
    show("second", next, g)
    g = make(fails.__code__, globals())
    show("fails", next, g)
    make(none.__code__, globals()).close()
c = m.coroutine(none.__code__, globals())
print(type(c).__name__, c.__name__, c.__qualname__, c.cr_code is none.__code__)
show("send", c.send, None)

