# RecursionError at the default limit, through every kind of Python call: caught, its message, and that all works afterwards.
import sys
print(sys.getrecursionlimit())


def shallow(f):
    try:
        f()
    except RecursionError as e:
        return str(e)
    return "no error"


def plain(): plain()
def kwargs(**k): kwargs(**k, x=1) if not k else kwargs(**k)
def star(*a): star(*a)
class Init:
    def __init__(self): Init()
class New:
    def __new__(cls): return New()
class Add:
    def __add__(self, o): return self + o
class RAdd:
    def __radd__(self, o): return o + self
class IAdd:
    def __iadd__(self, o): self += o; return self
class GetAttr:
    def __getattr__(self, n): return getattr(self, n + "x" if len(n) < 5 else n)
class GetAttribute:
    def __getattribute__(self, n): return self.other
class SetAttr:
    def __setattr__(self, n, v): self.x = v
class Prop:
    @property
    def p(self): return self.p
class Desc:
    def __get__(self, o, c): return o.d
class HasDesc: d = Desc()
class Call:
    def __call__(self): return self()
class GetItem:
    def __getitem__(self, k): return self[k]
class SetItem:
    def __setitem__(self, k, v): self[k] = v
class Contains:
    def __contains__(self, x): return x in self
class Iter:
    def __iter__(self): return iter(self)
class Next:
    def __iter__(self): return self
    def __next__(self): return next(self)
class Enter:
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
class Exit:
    def __enter__(self): pass
    def __exit__(self, *a):
        with self: pass
class Eq:
    def __eq__(self, o): return self == o
class Lt:
    def __lt__(self, o): return self < o
class Bool:
    def __bool__(self): return not self
class Len:
    def __len__(self): return len(self)
class Hash:
    def __hash__(self): return hash(self)
class Repr:
    def __repr__(self): return repr(self)
class Str:
    def __str__(self): return str(self)
class Format:
    def __format__(self, s): return f"{self}"
class Neg:
    def __neg__(self): return -self
class Index:
    def __index__(self): return [1, 2][self]
class Meta(type):
    def __call__(cls): return cls()
class UsesMeta(metaclass=Meta): pass
class Inst(type):
    def __instancecheck__(cls, o): return isinstance(o, cls)
class UsesInst(metaclass=Inst): pass
class Missing(dict):
    def __missing__(self, k): return self[k]
def generator(): yield next(generator())
def delegating(): yield from delegating()
def key_sort(x): return sorted([x], key=key_sort)
def mapped(x): return list(map(mapped, [x]))
def filtered(x): return list(filter(filtered, [x]))
def maxed(x): return max([x], key=maxed)
def comprehension(): return [comprehension() for _ in "a"]
def genexp(): return list(genexp() for _ in "a")
def lam(): return (lambda: lam())()
def decorated(f): return decorated(f)
def execs(): exec("execs()", {"execs": execs})
def build():
    class C: build()
class Sub(list):
    def append(self, x): self.append(x)
class Super:
    def m(self): return self.m()
class Super2(Super):
    def m(self): return super().m()
class Del:
    def __delitem__(self, k): del self[k]
async def coro(): await coro()
def finally_(): 
    try: finally_()
    finally: pass
def with_except():
    try: with_except()
    except ValueError: pass


def iadd():
    x = IAdd()
    x += 1
def setattr_(): SetAttr().x = 1
def setitem(): SetItem()[0] = 1
def with_(o):
    with o: pass
def delitem(): del Del()[0]
def run_coro(): coro().send(None)


tests = [plain, kwargs, star, Init, New, lambda: Add() + 1, lambda: 1 + RAdd(), iadd, lambda: GetAttr().a, lambda: GetAttribute().q, setattr_, lambda: Prop().p, lambda: HasDesc().d, lambda: Call()(), lambda: GetItem()[0], setitem, lambda: 1 in Contains(), lambda: list(Iter()), lambda: next(Next()), lambda: [*Next()], lambda: with_(Enter()), lambda: with_(Exit()), lambda: Eq() == 1, lambda: Lt() < 1, lambda: not Bool(), lambda: len(Len()), lambda: hash(Hash()), lambda: repr(Repr()), lambda: str(Str()), lambda: format(Format()), lambda: -Neg(), lambda: [1][Index()], UsesMeta, lambda: isinstance(1, UsesInst), lambda: Missing()["k"], lambda: next(generator()), lambda: next(delegating()), lambda: key_sort(1), lambda: mapped(1), lambda: filtered(1), lambda: maxed(1), comprehension, genexp, lam, lambda: decorated(1), execs, build, lambda: Sub().append(1), lambda: Super2().m(), delitem, finally_, with_except]
for i, t in enumerate(tests):
    message = shallow(t)
    print(i, message.split(" while")[0] if "exceeded" in message else message)


def depth(n=0):
    try: return depth(n + 1)
    except RecursionError: return n


first = depth()
print(first == depth(), 900 < first < 1000)
old = sys.getrecursionlimit()
sys.setrecursionlimit(200)
print(100 < depth() < 200)
sys.setrecursionlimit(3000)
print(2900 < depth() < 3000)
for bad in (0, -1, 1, "x", 2 ** 40):
    try: sys.setrecursionlimit(bad); print("set")
    except (ValueError, TypeError, RecursionError, OverflowError) as e: print(type(e).__name__, str(e).split(":")[0])
sys.setrecursionlimit(old)
