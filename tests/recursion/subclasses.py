# Instances of classes made from builtin containers, filled from iterators of Python: by the class, by a method of Python, by the base's own method.
import gc, sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
gc.set_threshold(50000)  # a collection goes through all that is under way
sys.setrecursionlimit(DEPTH * 8 + 1000)


def generator(f, item):
    f()
    yield item


class It:
    def __init__(self, f, item): self.f, self.items = f, iter([item])
    def __iter__(self): return self
    def __next__(self):
        self.f()
        return next(self.items)


def deep(use, source, item):
    def down(n):
        if not n: return reached.append(n)
        called = []
        def f():
            if not called:
                called.append(n)
                down(n - 1)
        made = use(source(f, item))
        if made is not None and n == DEPTH: seen.append(len(made))
    down(DEPTH)


reached, seen = [], []
bases = list, tuple, set, frozenset, dict, bytes, bytearray
for base in bases:
    item = (1, 2) if base is dict else 1
    class Plain(base): pass
    class Init(base):
        def __init__(self, items):
            if base.__init__ is object.__init__: super().__init__()
            else: super().__init__(items)
    class New(base):
        def __new__(cls, items): return base.__new__(cls, items)
    for use in Plain, Init, New, lambda items: base.__new__(Plain, items): deep(use, generator, item)
    deep(Plain, It, item)
    if base.__init__ is not object.__init__: deep(lambda items: base.__init__(base(), items), It, item)


class L(list): pass
class S(set): pass
class B(bytearray): pass
def slice_of(made):
    def use(items): made[:] = items
    return use


for made in L(), B(), bytearray(): deep(slice_of(made), generator, 1)
def stepped(items): bytearray(1)[::1] = items
for use in L().extend, L().__iadd__, [].__iadd__, S().update, B().extend, stepped: deep(use, generator, 1)
deep(b"".join, generator, b"a")
deep(bytearray().join, It, b"a")
print(len(reached), seen)
