# Operators in place and searches as functions; dicts updated from dicts whose keys compare in Python; methods that stand for slots; views of
# mappings and weak proxies of Python objects; arguments with `__index__`.
import operator, types, weakref
from shared.deep import deep, it, reached


class Any:
    def __init__(self, f): self.f = f
    def __hash__(self): return hash(1)
    def asks(self, *args):
        self.f()
        return 1
    def __eq__(self, other):
        self.f()
        return True
    __iadd__ = __isub__ = __imul__ = __imatmul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = __ilshift__ = __irshift__ = asks
    __iand__ = __ior__ = __ixor__ = __index__ = __getitem__ = __len__ = __add__ = __next__ = __call__ = get = asks
    def __contains__(self, item): return bool(self.asks())
    def __iter__(self): return iter([self.asks()])
    def __getattr__(self, name): return self.asks()
    def __str__(self): return str(self.asks())


def ior(f):
    d = {1: 1}
    d |= {Any(f): 1}
def ior_pairs(f):
    d = {}
    d |= it(f, (1, 2))
def assigned(f): operator.setitem([], slice(None), it(f))
def proxied(use):
    def proxy(f):
        a = Any(f)
        use(weakref.proxy(a))
    return proxy


functions = [getattr(operator, name) for name in "iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ior ixor".split()]
for function in functions: deep(lambda f: function(Any(f), 1))
for use in (
    lambda f: operator.iadd([], it(f)), lambda f: operator.ior({}, it(f, (1, 2))), lambda f: operator.contains(it(f), 1),
    lambda f: operator.countOf(it(f), 1), lambda f: operator.indexOf(it(f), 1), lambda f: operator.indexOf([Any(f)], 2), operator.call, assigned, ior,
    ior_pairs, lambda f: {1: 1}.update({Any(f): 1}), lambda f: {1: 1}.update({Any(f): 1}, a=2), lambda f: {Any(f): 1, **{Any(lambda: None): 1}},
    lambda f: it(f).__next__(), lambda f: map(lambda x: f(), [1]).__next__(), lambda f: 1 in {1: Any(f)}.values(), lambda f: 2 in [Any(f)]):
    deep(use)
for use in (lambda a: a[0], lambda a: a.get(1), len, lambda a: 1 in a): deep(lambda f: use(types.MappingProxyType(Any(f))))
for use in (lambda p: p.x, lambda p: p[1], lambda p: p + 1, len, lambda p: 1 in p): deep(proxied(use))
for use in ("a".center, "a".zfill, b"a".center, b"abc".find, b"a".hex, bytearray().append, range(3).index, slice(1).indices, (1).to_bytes, "a".expandtabs):
    deep(lambda f: use(*[b"a"][:use.__name__ == "hex"], Any(f)) if use.__name__ != "to_bytes" else use(Any(f), "big"))
print(len(reached))
