# Checks by abstract classes: who is asked, in which order, how often; hooks, registration, caches, exceptions, recursion.
import sys
from abc import ABCMeta, ABC, abstractmethod, get_cache_token
from collections.abc import Sequence, Hashable, Mapping, Iterable

log = []


def counted(name, answer):
    class Hooked(metaclass=ABCMeta):
        @classmethod
        def __subclasshook__(cls, other):
            log.append((name, cls.__name__, other.__name__))
            if isinstance(answer, type) and issubclass(answer, Exception):
                raise answer(other.__name__)
            return answer
    Hooked.__name__ = name
    return Hooked


class Plain:
    pass


class Other(Plain):
    pass


for answer in True, False, NotImplemented, 5, None, KeyError:
    hooked = counted(str(answer), answer)
    for act in (lambda: isinstance(Plain(), hooked), lambda: issubclass(Other, hooked), lambda: isinstance(Other(), hooked), lambda: isinstance(5, hooked),
                lambda: hooked.register(Plain), lambda: isinstance(Other(), hooked), lambda: isinstance(Plain(), (int, hooked)), lambda: hooked.__instancecheck__(5)):
        try:
            result = act()
        except Exception as e:
            result = f'{type(e).__name__}: {e}'
        print(getattr(result, '__name__', result), log)
        log.clear()


class Mine(ABC):
    def __instancecheck__(cls, other):
        return 'never asked'


class Meta(ABCMeta):
    def __subclasscheck__(cls, other):
        log.append(('check', cls.__name__, other.__name__))
        return super().__subclasscheck__(other)

    def __getattribute__(cls, name):
        if name == '_abc_impl':
            log.append('impl')
        return super().__getattribute__(name)


class ByMeta(metaclass=Meta):
    pass


class Derived(ByMeta):
    pass


for obj in Derived(), Plain(), Plain(), 5, Derived, ByMeta:
    print(isinstance(obj, ByMeta), isinstance(obj, Mine), log)
    log.clear()


class Pretends:
    @property
    def __class__(self):
        log.append('class')
        return list


class Lies:
    def __getattribute__(self, name):
        log.append(name)
        return super().__getattribute__(name)


for obj in Pretends(), Lies(), Pretends, Lies:
    print(isinstance(obj, Sequence), isinstance(obj, Hashable), isinstance(obj, Mine), log)
    log.clear()

for value in (1, 2), [1], 'a', {}, {1}, 5, None, range(3), Plain(), type, print:
    print([isinstance(value, c) for c in (Sequence, Hashable, Mapping, Iterable) for _ in range(3)])
token = get_cache_token()
Sequence.register(Plain)
print(isinstance(Plain(), Sequence), isinstance(Other(), Sequence), get_cache_token() == token)
for bad in lambda: issubclass(5, Sequence), lambda: Sequence.register(5), lambda: Plain.__subclasscheck__(5), lambda: Sequence.__subclasscheck__(5), \
        lambda: isinstance(1), lambda: ABCMeta.__instancecheck__(int, 5):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)


class Changes(metaclass=ABCMeta):
    pass


print(isinstance(5, Changes))
Changes.__subclasshook__ = classmethod(lambda cls, other: True)
print(isinstance(5, Changes), isinstance('a', Changes))
ABCMeta_check = ABCMeta.__subclasscheck__


def deep(n):
    class Chain(metaclass=ABCMeta):
        @classmethod
        def __subclasshook__(cls, other):
            return isinstance(5, deep(n - 1)) if n else NotImplemented
    return Chain


print(isinstance(5, deep(30)), isinstance(5, deep(0)))
try:
    isinstance(5, deep(sys.getrecursionlimit()))
except RecursionError as e:
    print(str(e)[:32])


def failing():
    class F(metaclass=ABCMeta):
        @classmethod
        def __subclasshook__(cls, other):
            1 / 0
    isinstance(5, F)


try:
    failing()
except ZeroDivisionError as e:
    tb, names = e.__traceback__, []
    while tb:
        names.append((tb.tb_frame.f_code.co_name))
        tb = tb.tb_next
    print(names)


# Classes made from containers, with an `__init__` of Python.
class D(dict):
    def __init__(self, *args, **kws):
        super().__init__()
        self.args = args, kws


class L(list):
    def __init__(self, n):
        self.extend(range(n))


class S(set):
    def __init__(self, items=(), *, more=()):
        super().__init__(items)
        self |= set(more)


class A(dict, ABC):
    def __init__(self, x):
        self['x'] = x

    @abstractmethod
    def f(self):
        pass


class N(list):
    def __new__(cls, *args):
        return super().__new__(cls)

    def __init__(self, *args):
        self.append(args)


class R(dict):
    def __init__(self):
        return 5


for make in lambda: D(1, a=2).args, lambda: D(), lambda: L(3), lambda: sorted(S('ab', more='c')), lambda: A(1), lambda: N(1, 2), lambda: R(), lambda: L(), lambda: S(1, 2, 3), \
        lambda: L(n=2), lambda: type(D()).__name__:
    for _ in range(3):
        try:
            out = make()
        except Exception as e:
            out = f'{type(e).__name__}: {e}'
    print(out)
total = 0
for i in range(300):
    total += len(L(i % 4)) + len(D(i).args[0]) + len(S((i,), more=(i, 1)))
print(total)
