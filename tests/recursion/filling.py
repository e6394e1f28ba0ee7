# Filling containers from iterators of Python: slices of lists, bytes, bytearray, dicts; dir, a metaclass's mro, throw into a delegate that is no generator.
import gc, sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
gc.set_threshold(50000)  # a collection goes through all that is under way
sys.setrecursionlimit(DEPTH * 8 + 1000)


class It:
    def __init__(self, n, use, item): self.n, self.use, self.item, self.over = n, use, item, False
    def __iter__(self): return self
    def __next__(self):
        if self.over: raise StopIteration
        self.over = True
        if self.n: self.use(It(self.n - 1, self.use, self.item))
        else: reached.append(self.use)
        return self.item


def generator(n, use, item):
    if n: use(generator(n - 1, use, item))
    else: reached.append(use)
    yield item


class Index:
    def __init__(self, n, use): self.n, self.use = n, use
    def __index__(self):
        if self.n: self.use(iter([Index(self.n - 1, self.use)]))
        else: reached.append(self.use)
        return 7


class Mapping:
    def __init__(self, n, use): self.n, self.use = n, use
    def keys(self): return [1]
    def __getitem__(self, key):
        if self.n: self.use(Mapping(self.n - 1, self.use))
        else: reached.append(self.use)
        return key


class Key:
    def __init__(self, n, use): self.n, self.use = n, use
    def __hash__(self): return 7
    def __eq__(self, other):
        if self.n: self.use([(Key(self.n - 1, self.use), 1)])
        else: reached.append(self.use)
        return True


def assign(it): a = [0]; a[:] = it
def assign_part(it): a = [0]; a[0:1] = it
def assign_step(it): a = [0]; a[::-1] = it
def extend(it): bytearray().extend(it)
def kept(it):
    class Kept(dict): pass
    Kept.fromkeys(it)


class Names:
    def __init__(self, n): self.n = n
    def __dir__(self):
        return dir(Names(self.n - 1)) if self.n else ["deep"]


class Default:
    def __init__(self, n): self.n = n
    @property
    def __dict__(self):
        if self.n: dir(Default(self.n - 1))
        return {"deep": 1}


class Meta(type):
    def mro(cls):
        n = int(cls.__name__)
        if n: Meta(str(n - 1), (), {})
        else: reached.append(n)
        return type.mro(cls)


class Delegate:
    def __init__(self, n): self.inner = through(n)
    def __iter__(self): return self
    def __next__(self): return next(self.inner)
    def throw(self, *args): return self.inner.throw(*args)
    def close(self): self.inner.close()


def through(n):
    if n: return (yield from Delegate(n - 1))
    try: yield "first"
    except ValueError: yield "deep"
    return "end"


reached = []
for use in assign, assign_part, assign_step, bytes, bytearray, extend, dict.fromkeys, kept:
    use(It(DEPTH, use, 1))
    use(generator(DEPTH, use, 1))
for use in bytes, bytearray: use(iter([Index(DEPTH, use)]))
for use in dict, {}.update, lambda it: dict(it, more=1), lambda it: {}.update(it, more=1):
    use(It(DEPTH, use, (1, 2)))
    use(generator(DEPTH, use, [1, 2]))
    use(Mapping(DEPTH, use))
for use in lambda it: {7: 1}.update(it), lambda it: dict.fromkeys([7, it[0][0]]): use([(Key(DEPTH, use), 1)])
assert dir(Names(DEPTH)) == ["deep"] and "deep" in dir(Default(DEPTH))
Meta(str(DEPTH), (), {})
g = through(DEPTH)
assert next(g) == "first" and g.throw(ValueError) == "deep"
try: next(g)
except StopIteration as e: assert e.value == "end"
g = through(DEPTH)
next(g)
g.close()
print(len(reached))
