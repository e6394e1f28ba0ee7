"""Functions and bound methods that a loop makes die where they die without a tracer looking: finalisers, weak references, cycles."""
import gc
import weakref


class Told:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


def closure(i):
    told = Told(i)
    def function(): return told
    function()
    known = weakref.ref(function, lambda _: print("function", i))
    del function
    print(known() is None)
    del told
    print("after", i)


def bound(i):
    items = [Told(i)]
    append = items.append
    append(None)
    del append, items
    print("after", i)


def argument(i):
    told = Told(i)
    total = sum(map(lambda x: x + len(told.name), (1, 2)))
    key = sorted((3, 1, 2), key=lambda x: (x, told.name))
    del told
    print("after", total, key)


def cycle(i):
    told = Told(i)
    told.me = lambda: told
    told.me()
    del told
    gc.collect()
    print("after", i)


def method(i):
    class Local:
        def get(self): return i
    known = weakref.ref(Local)
    print(Local().get())
    del Local
    gc.collect()
    print(known() is None)


def kept(cache, i):
    if "f" not in cache:
        told = Told("kept %d" % i)
        cache["f"] = lambda: told.name
    return cache["f"]()


def loop(function, names):
    for name in names:
        function(name)


gc.disable()
for function in (closure, bound, argument, cycle, method):
    print(function.__name__)
    loop(function, ["a", "b", "c", "d", "e", "f", "g", "h"])
cache = {}
for i in range(12):
    print(kept(cache, i))
    if i % 5 == 4:
        cache.clear()
