# Interpreters, their IDs and channels, from Python.
import sys
import _xxsubinterpreters as s
I=s.InterpreterID
def t(f):
    sys.stdout.flush()
    try: print(repr(f()))
    except BaseException as e: print(type(e).__name__, e)
i=s.create()
for f in [lambda: s.is_shareable(i), lambda: [s.is_shareable(x) for x in (None,1,b'',"",1.0,True,2**70,s, (1,), Ellipsis)], lambda: s.destroy(1000), lambda: s.destroy(i), lambda: s.destroy(i), lambda:I(int(i)),lambda:int(i), lambda:s.destroy(0), lambda:s.run_string(50,""), lambda: s.list_all(), lambda: i == None, lambda: i == object(), lambda:{i:1}[1], lambda: I(memoryview(b''))]: t(f)
c=s.channel_create()
for x in (None,1,-5,2**63-1,b'abc\0d',"",'h\xe9\u1234\U00012345', 2**64, -2**70,True,1.5, (1,2)):
    def f():
        s.channel_send(c,x); return s.channel_recv(c)
    t(f)
class IntS(int): pass
t(lambda: s.channel_send(c, IntS(4)))
t(lambda: s.is_shareable(IntS(4)))
i=s.create()
t(lambda: s.run_string(i, "import sys; sys.exit(3)"))
t(lambda: s.run_string(i, "1/0"))
t(lambda: s.run_string(i, "print(x, flush=True)", {'x':2**80}))
t(lambda: s.run_string(i, "print(x, flush=True)", {'x':c}))
t(lambda: s.run_string(i, "print(repr(x),repr(y), z, w, flush=True)", {'x':2**40, 'y':'h\u1234', 'z':None, 'w':b'ab'}))
t(lambda: s.run_string(i, "import _xxsubinterpreters as s; print(s.get_current(), s.get_main(), s.list_all(), flush=True)"))
t(lambda: s.run_string(i, "import _xxsubinterpreters as s; s.destroy(s.get_current())"))
t(lambda: s.run_string(i, "x = ="))
t(lambda: s.run_func)
for f in [lambda: I(), lambda: I(1, 2), lambda: I(10), lambda: I(-1), lambda: I(2**64), lambda: I("10"), lambda: I(10.0), lambda: I(10, force=True), lambda: I(i),
          lambda: I(object()), lambda: int(i), lambda: i == int(i), lambda: i == float(i), lambda: i == "1", lambda: i < 9, lambda: i != int(i), lambda: str(i),
          lambda: i.__index__(), lambda: i == 2**70, lambda: I(True, force=True), lambda: I(2**63), lambda: hash(i) == hash(int(i)), lambda: i == I(int(i))]:
    t(f)
for _ in range(3):
    j = s.create(isolated=False)
    s.run_string(j, "import collections, re, json; x = []; x.append(x)")
    s.destroy(j)
print(len(s.list_all()))
