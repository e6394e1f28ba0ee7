# The registry and the caches of an abstract class keep nothing of classes that are gone.
import gc
import weakref
from _abc import _get_dump, _reset_caches
from abc import ABC


class Shape(ABC):
    pass


def sizes():
    gc.collect()
    registry, cache, negative, _ = _get_dump(Shape)
    return len(registry), len(cache), len(negative)


def references():
    return sum(type(o) is weakref.ref and o() is None for o in gc.get_objects())


for n in (1, 10, 500):
    before = references()
    kept = []
    for i in range(n):
        class Registered: pass
        class Other: pass
        Shape.register(Registered)
        assert issubclass(Registered, Shape) and isinstance(Registered(), Shape)
        assert not isinstance(Other(), Shape)
        if i < 3: kept += [Registered, Other]
    del Registered, Other
    print(n, sizes())
    print([issubclass(c, Shape) for c in kept])
    del kept
    print(sizes())
    _reset_caches(Shape)
    print(references() <= before)
