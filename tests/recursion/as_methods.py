# Operators, constructors and pickling called as methods of builtin types.
import collections
from shared.deep import current, deep, it, reached


class Key:
    def __hash__(self):
        current[-1]()
        return 1
class Index:
    def __index__(self):
        current[-1]()
        return 1
class Wrapped:
    def __getattr__(self, name):
        if name != "__name__": raise AttributeError(name)
        current[-1]()
        return name
class Number(int):
    def __int__(self):
        current[-1]()
        return 1


view = {1: 2}.keys()
for use in (
    lambda f: {}.__ior__(it(f, (1, 2))), lambda f: view.__and__(it(f)), lambda f: collections.deque().__iadd__(it(f)), lambda f: set().__init__([Key()]), lambda f: bytearray().__init__(Index()), lambda f: Number().__reduce__()):
    deep(use)
for use in (
    lambda f: view.__or__(it(f)), lambda f: view.__sub__(it(f)), lambda f: view.__xor__(it(f)), lambda f: view.__rand__(it(f)), lambda f: view.__ror__(it(f)), lambda f: view.__rsub__(it(f)), lambda f: view.__rxor__(it(f)), lambda f: {1: 2}.items().__and__(it(f)),
    lambda f: collections.OrderedDict().__ior__(it(f, (1, 2))), lambda f: collections.defaultdict(int).__ior__(it(f, (1, 2))), lambda f: classmethod(len).__init__(Wrapped()), lambda f: staticmethod(len).__init__(Wrapped()), lambda f: type.__reduce__(Number())):
    deep(use, 10)
print(len(reached))
