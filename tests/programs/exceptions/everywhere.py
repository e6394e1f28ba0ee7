# Exceptions raised from every position of every construct, and the state left behind.
class Boom(Exception): pass


def boom(*a, **k): raise Boom(*a)


class B:
    """Every operation on it explodes."""
    def __getattribute__(self, n): raise Boom("getattribute " + n)
    def __setattr__(self, n, v): raise Boom("setattr")
    def __delattr__(self, n): raise Boom("delattr")
    for _n in "add radd iadd sub mul getitem setitem delitem len iter next contains call bool eq lt hash neg enter exit repr str format int index float missing reversed".split():
        locals()[f"__{_n}__"] = (lambda n: lambda self, *a: boom(n))(_n)


b = B()
state = []
programs = """
x = boom()
x, y = 1, boom()
x = [1, boom(), state.append('never')]
x = {1: boom()}
x = {boom(): 1}
x = (1, 2, boom())
x = {1, boom()}
f = lambda q=boom(): q
def f(q=boom()): pass
def f(*, q=boom()): pass
def f(q: boom()): pass
@boom\ndef f(): pass
class C(boom()): pass
class C(metaclass=boom): pass
class C: x = boom()
class C: boom()
print(boom())
print(1, end=boom())
print(*boom())
print(**boom())
print(*[1, 2], *b)
len(b)
b.attr
b.attr = 1
del b.attr
b[0]
b[0] = 1
del b[0]
b[boom():]
[1, 2][:boom()]
b + 1
1 + b
b += 1
-b
not b
b == 1
b < 1
1 in b
b in [1]
[b].index(1)
hash(b)
{b}
{b: 1}
{1: 2}[b]
b()
b and 1
1 if b else 2
1 < b < 3
f'{b}'
f'{1:{boom()}}'
f'{b!r}'
'%s' % b
'{}'.format(b)
str(b)
repr([b])
for x in b: pass
for x in boom(): pass
for b[0] in [1]: pass
for x, y in [(1,)]: pass
while b: pass
while boom(): pass
if b: pass
assert b
assert False, boom()
with b: pass
with boom() as x: pass
raise boom()
raise KeyError from boom()
try: raise KeyError\nexcept boom(): pass
try: boom()\nexcept KeyError: pass\nelse: state.append('no')\nfinally: state.append('finally')
try: pass\nfinally: boom()
try: pass\nexcept KeyError: pass\nelse: boom()
return_ = [boom() for _ in 'a']
x = [i for i in 'a' if boom()]
x = [i for i in b]
x = {boom(): 1 for _ in 'a'}
x = list(boom() for _ in 'a')
x = (y := boom())
import boom_no_such
from sys import boom_no_such
del boom_undefined
global_ = undefined
match boom():\n case _: pass
match 1:\n case 1 if boom(): pass
match b:\n case {'k': 1}: pass\n case [1]: pass\n case 1: pass
match 1:\n case b.x: pass
x: boom() = 1
(boom()).x: int
x = b if b else b
sorted([b, b])
sorted([1], key=boom)
max([1, 2], key=boom)
sum([b])
list(map(boom, [1]))
list(filter(boom, [1]))
any(boom() for _ in 'a')
isinstance(1, b)
getattr(b, 'x', 'default')
hasattr(b, 'x')
int(b)
range(b)
[0] * b
'a' * b
dict(b)
set(b)
zip(b)
enumerate(b)
iter(b)
next(b)
reversed(b)
open(b)
exec(boom())
eval('boom()')
type('T', (B(),), {})
super(B, b).x
lambda: boom()
x = yield_ = boom()
state[0:1] = boom()
state[boom()] = 1
state[99] = 1
''.join([boom()])
''.join(b)
x = 1; x.y = boom()
b.x.y.z
b.x = b.y = 1
(lambda *a: a)(*[1, boom()])
(lambda **k: k)(a=1, b=boom())
""".strip().split("\n")
for text in programs:
    text = text.replace("\\n", "\n")
    space = {"boom": boom, "b": b, "B": B, "state": state}
    try:
        exec(text, space)
        result = "no exception"
    except Boom as e:
        result = f"Boom{e.args}"
    except Exception as e:
        result = f"{type(e).__name__}: {e}"
    left = sorted(k for k in space if k not in ("boom", "b", "B", "state", "__builtins__", "__annotations__"))
    print(text.replace("\n", " / "), "->", result, left, state)
    state.clear()


def positions(n):
    log = []
    def maybe(i):
        log.append(i)
        if i == n: raise Boom(i)
        return i
    try:
        try:
            maybe(1)
            for i in range(maybe(2)):
                with open_cm(log):
                    maybe(3)
                    log.append([maybe(4 + j) for j in range(2)])
                maybe(6)
            else: maybe(7)
            while maybe(8): break
        except Boom as e:
            log.append("handler"); maybe(9)
            if n == 6: raise
        else: maybe(10)
        finally:
            log.append("finally"); maybe(11)
        return log, maybe(12)
    except Boom as e:
        return log, "escaped", e.args, e.__context__ and e.__context__.args


class open_cm:
    def __init__(self, log): self.log = log
    def __enter__(self): self.log.append("in")
    def __exit__(self, t, *a): self.log.append(f"out {t is not None}")


for n in range(14): print(n, *positions(n))
