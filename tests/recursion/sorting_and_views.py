# Items of tuples and lists that are sorted or looked through; views of dicts, proxies and generic aliases; options that are converted; what
# subclasses of containers are copied by.
import types, weakref
from collections import OrderedDict, defaultdict, deque
from shared.deep import deep, it, reached


class Any:
    def __init__(self, f): self.f = f
    def __hash__(self): return hash(1)
    def asks(self, *args, **kwargs):
        self.f()
        return 1
    __index__ = __next__ = __call__ = asks
    def __eq__(self, other): return bool(self.asks())
    def __lt__(self, other): return bool(self.asks())
    def __gt__(self, other): return bool(self.asks())
    def __iter__(self): return iter([self.asks()])
    def __getitem__(self, key): return self.asks()
    def keys(self): return iter([self.asks()])
    def __repr__(self): return str(self.asks())
    def __getattr__(self, name): return self.asks()
    __doc__ = property(asks)


def pairs(f): return [(1, [Any(f)]), (1, [Any(f)])]
def sort(f, **options): pairs(f).sort(**options)
def proxied(use):
    def proxy(f):
        a = Any(f)
        use(weakref.proxy(a))
    return proxy
class D(deque):
    def __init__(self, items=(), maxlen=None):
        deque.__init__(self, items, maxlen)
        if items: items[0]()
class O(OrderedDict):
    def __init__(self, items=()):
        OrderedDict.__init__(self, items)
        if items: items["f"]()
class F(defaultdict):
    def __init__(self, factory, items=()):
        defaultdict.__init__(self, factory, items)
        if items: items["f"]()
def made(cls, *args):
    """An instance whose making calls nothing."""
    new = cls.__new__(cls)
    cls.__mro__[1].__init__(new, *args)
    return new
class Called:
    def __init__(self, f): f()
class Alias:
    __class_getitem__ = classmethod(types.GenericAlias)
    def __init__(self, f): f()
class Slow:
    __class_getitem__ = classmethod(types.GenericAlias)
    def __init__(self, f): self.__dict__["f"] = f
    def __setattr__(self, name, value): self.f()


keys = {1: 2}.keys()
items = {1: 2}.items()
for use in (
    sort, lambda f: sort(f, reverse=True), lambda f: sort(f, key=lambda x: x[1]), lambda f: sorted(pairs(f)), lambda f: min(pairs(f)), lambda f: max(pairs(f)),
    lambda f: min(*pairs(f)), lambda f: max(pairs(f), key=lambda x: x[1]), lambda f: sorted([1], reverse=Any(f)), lambda f: [1].sort(reverse=Any(f)),
    lambda f: [[1, (Any(f),)]].index([1, (1,)]), lambda f: [1, (Any(f),)] in [[1, (1,)]],
    lambda f: keys & it(f), lambda f: keys | it(f), lambda f: keys - it(f), lambda f: keys ^ it(f), lambda f: it(f) & keys, lambda f: it(f) - items,
    lambda f: items & it(f, (1, 2)), lambda f: keys.isdisjoint(it(f)), lambda f: items.isdisjoint(it(f)), lambda f: items & [(1, Any(f))],
    lambda f: keys & {Any(f)}, lambda f: iter(types.MappingProxyType(Any(f))), lambda f: list(types.MappingProxyType(Any(f))),
    proxied(next), proxied(lambda p: p()), proxied(lambda p: p(1, a=2)), proxied(iter), proxied(lambda p: [*p]),
    lambda f: list[int](it(f)), lambda f: dict[int, int](a=Any(f)).__class__(it(f, "ab")), lambda f: Alias[int](f), lambda f: Alias[int](f=f), lambda f: Slow[int](f),
    lambda f: made(D, [f]).copy(), lambda f: made(D, [f]) + deque(), lambda f: made(D, [f]) * 2, lambda f: made(D, [f], 3) + deque(),
    lambda f: made(O, {"f": f}) | {}, lambda f: made(F, None, {"f": f}) | {}, lambda f: made(F, None, {"f": f}).copy(),
    lambda f: property(Any(f)), lambda f: property().getter(Any(f))):
    deep(use)
print(len(reached))
