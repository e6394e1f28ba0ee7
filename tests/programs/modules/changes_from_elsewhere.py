# What hot loops rely on is changed by another thread, and by a signal's handler: each loop sees it and ends.
import _signal
import _thread
import builtins
import time

limit = 0
table = [0]


def helper(x): return 0


class C:
    k = 0
    def method(self): return 0
    @property
    def value(self): return 0


class D(C):
    def method(self): return 1


thing = C()


def by_global():
    i = 0
    while not limit: i += 1
    return limit


def by_function():
    i = 0
    while not helper(i): i += 1
    return helper(i)


def by_method():
    i = 0
    while not thing.method(): i += 1
    return thing.method()


def by_attribute():
    i = 0
    while not thing.k: i += 1
    return thing.k


def by_property():
    i = 0
    while not thing.value: i += 1
    return thing.value


def by_builtin():
    i = 0
    while abs(-1) == 1: i += 1
    return abs(-1)


def by_item():
    i, t = 0, table
    while not t[0]: i += 1
    return t[0]


def with_cell():
    seen = 0
    def set_it(value):
        nonlocal seen
        seen = value
    def by_cell():
        i = 0
        while not seen: i += 1
        return seen
    return set_it, by_cell


set_seen, by_cell = with_cell()


def by_class():
    i = 0
    while not isinstance(thing, D): i += 1
    return thing.method()


def set_global(): global limit; limit = 7
def unset_global(): global limit; limit = 0
def set_code(): helper.__code__ = (lambda x: 8).__code__
def unset_code(): helper.__code__ = (lambda x: 0).__code__
def set_method(): C.method = lambda self: 9
def unset_method(): C.method = lambda self: 0
def set_attribute(): thing.k = 10
def unset_attribute(): del thing.k
def set_property(): C.value = property(lambda self: 11)
def unset_property(): C.value = property(lambda self: 0)
def set_builtin(): builtins.abs = lambda x: "patched"
def unset_builtin(real=abs): builtins.abs = real
def set_item(): table[0] = 12
def unset_item(): table[0] = 0
def set_cell(): set_seen(5)
def unset_cell(): set_seen(0)
def set_class(): thing.__class__ = D
def unset_class(): thing.__class__ = C


MATRIX = [(by_global, set_global, unset_global), (by_function, set_code, unset_code), (by_method, set_method, unset_method),
          (by_attribute, set_attribute, unset_attribute), (by_property, set_property, unset_property), (by_builtin, set_builtin, unset_builtin),
          (by_item, set_item, unset_item), (by_cell, set_cell, unset_cell), (by_class, set_class, unset_class)]


def later(change):
    time.sleep(0.003)
    change()


for loop, change, undo in MATRIX:
    results = []
    for _ in range(2):
        _thread.start_new_thread(later, (change,))
        results.append(loop())
        undo()
    for _ in range(2):
        _signal.signal(_signal.SIGALRM, lambda number, frame: change())
        _signal.setitimer(_signal.ITIMER_REAL, 0.003)
        results.append(loop())
        undo()
    print(loop.__name__, results)
