# Containers filled from iterators of Python: bytes, bytearray, slices of lists, dicts; dir and a metaclass's mro. In which order things are asked, what is
# seen midway, and errors.
log = []


def tell(call, *args, **kwargs):
    del log[:]
    try: result = call(*args, **kwargs)
    except BaseException as e: result = f"{type(e).__name__}: {e}"
    print(getattr(result, "__name__", result), log)


class It:
    def __init__(self, *items, hint=None): self.items, self.hint = list(items), hint
    def __iter__(self):
        log.append("iter")
        return self
    def __next__(self):
        log.append("next")
        if not self.items: raise StopIteration
        item = self.items.pop(0)
        if isinstance(item, BaseException): raise item
        return item
    def __length_hint__(self):
        log.append("hint")
        if isinstance(self.hint, BaseException): raise self.hint
        return 3 if self.hint is None else self.hint


class Index:
    def __init__(self, n): self.n = n
    def __index__(self):
        log.append(f"index {self.n}")
        if self.n == 13: raise OSError("unlucky")
        return self.n


class Seq:
    def __getitem__(self, i):
        log.append(f"item {i}")
        if i > 2: raise IndexError
        return i


class NotIter:
    def __iter__(self): return 5


class Raises:
    def __iter__(self): raise TypeError("own")


class Sub(bytearray): pass


def gen(*items):
    log.append("start")
    for item in items: yield item
    log.append("end")


def extend(source):
    b = bytearray(b"ab")
    try: b.extend(source)
    finally: log.append(bytes(b))


for make in bytes, bytearray, extend, Sub:
    for source in (lambda: It(1, 2, 255), lambda: It(1, 256), lambda: It(-1), lambda: It(1, Index(7), True), lambda: It(Index(13), 5), lambda: It(1, "x"), lambda: It(1, 2.5),
                   lambda: It(1, KeyError("k")), lambda: It(1, hint=-1), lambda: It(1, hint="x"), lambda: It(1, hint=TypeError("t")), lambda: It(1, hint=ValueError("v")),
                   lambda: It(1, hint=NotImplemented), lambda: It(2 ** 70), lambda: gen(1, 2), lambda: gen(1, None), Seq, NotIter, Raises, lambda: object(), lambda: (Index(i) for i in range(3)),
                   lambda: map(Index, [1, 2]), lambda: [Index(1), 2], lambda: {1: 2}, lambda: zip([1])):
        tell(make, source())


def slices(key, source, items=range(6)):
    a = list(items)
    try: a[key] = source(a) if callable(source) else source
    finally: log.append(a)


def growing(a):
    yield 1
    a.append("grown")
    yield 2


def shrinking(a):
    yield 1
    del a[2:]
    yield 2


for key in slice(None), slice(1, 3), slice(4, 2), slice(-2, None), slice(10, 20), slice(Index(1), Index(4)), slice(None, None, 2), slice(None, None, -1), slice(5, 1, -2), slice(0, 4, 2), slice(None, None, 0), slice("a", 2), slice(Index(13)):
    tell(slices, key, It("a", "b", "c"))
    for source in growing, NotIter(), Raises(), 5, It("a", ValueError("v")), It("a", hint=ValueError("v")), gen("a", "b"), Seq(), {"k": 1}, "xyz", It():
        tell(slices, key, source)
for key in slice(None), slice(1, 4), slice(3, 5): tell(slices, key, shrinking)
tell(slices, 1, "one")


class Mapping:
    def __init__(self, keys): self.all = keys
    def keys(self):
        log.append("keys")
        return self.all
    def __getitem__(self, key):
        log.append(f"get {key}")
        if key == "missing": raise KeyError(key)
        return str(key)


class Key:
    def __init__(self, n): self.n = n
    def __hash__(self):
        log.append(f"hash {self.n}")
        return 7
    def __eq__(self, other):
        log.append(f"eq {self.n} {other.n}")
        return self.n == other.n
    def __repr__(self): return f"K{self.n}"


class D(dict):
    def __setitem__(self, key, value): log.append("never asked")


class Kept(dict):
    def __setitem__(self, key, value):
        log.append(f"set {key}")
        dict.__setitem__(self, key, value)


class NoKeys:
    keys = property(lambda self: log.append("property") or {}[0])


class Hidden:
    def __getattr__(self, name):
        log.append(name)
        raise AttributeError(name)
    def __iter__(self): return iter([("hidden", 1)])


def update(source, **more):
    d = {"old": 0}
    try: d.update(source, **more)
    finally: log.append(d)


def update_sub(source, **more):
    d = D(old=0)
    try: d.update(source, **more)
    finally: log.append(list(d.items()))


def inplace(source, **more):
    d = {"old": 0, **more}
    try: d |= source
    finally: log.append(d)


for make in dict, update, update_sub, inplace, D:
    for source in (lambda: It(("a", 1), ["b", 2], "cd", It("e", 3)), lambda: It(("a", 1), 5), lambda: It(("a", 1), (1, 2, 3)), lambda: It(("a", 1), It("e")), lambda: It(("a", 1), OSError("o")), lambda: It(([], 1)),
                   lambda: gen((Key(1), 1), (Key(2), 2), (Key(1), 3)), lambda: Mapping(["x", "y"]), lambda: Mapping(It("x", "missing", "z")), lambda: Mapping(5), lambda: Mapping(Seq()), NoKeys, Hidden, NotIter, Raises, lambda: 5,
                   lambda: [(Key(1), 1), (Key(1), 2)], lambda: {Key(1): 1, Key(2): 2}, lambda: ((c, c) for c in "pq"), lambda: It(NotIter()), lambda: It(Raises())):
        tell(make, source())
        tell(make, source(), more=It)
tell(dict, It(), It())
tell({}.update, It(), It())
tell(dict.update, 5, It())
tell(dict.update, {}, It(("a", 1)))


def from_keys(cls, *args):
    d = cls.fromkeys(*args)
    return type(d).__name__, list(d.items())


class Made(dict):
    def __new__(cls):
        log.append("new")
        return {"made": 1}


for cls in dict, Kept, Made:
    for source in lambda: It(1, 2, 1), lambda: It(1, []), lambda: It(1, OSError("o")), lambda: gen(Key(1), Key(2), Key(1)), lambda: [Key(1), Key(1)], lambda: {Key(1)}, lambda: {Key(2): 1}, Seq, NotIter, Raises, lambda: 5:
        tell(from_keys, cls, source())
        tell(from_keys, cls, source(), "value")
tell(dict.fromkeys)


class Dir:
    def __init__(self, answer): self.answer = answer
    def __dir__(self):
        log.append("dir")
        return self.answer


class Both:
    __dict__ = property(lambda self: log.append("dict") or {"own": 1})
    __class__ = property(lambda self: log.append("class") or Dir)


class MetaDir(type):
    def __dir__(cls): return ["meta"]


class Missing:
    __dir__ = None


for obj in Dir(["b", "a"]), Dir(("b", "a")), Dir(It("z", "y")), Dir([1, "a"]), Dir(5), Dir(It("a", OSError("o"))), Both(), Missing(), MetaDir("M", (), {}), Dir(gen(Key(1))), Dir(gen(Key(1), Key(2))): tell(lambda: [n for n in dir(obj) if str(n)[:2] != "__"])


class Meta(type):
    answer = None
    def mro(cls):
        log.append((cls.__name__, cls.__mro__, cls.__bases__))
        answer = type.mro(cls) if Meta.answer is None else Meta.answer(cls)
        return answer


def make(answer, bases=()):
    Meta.answer = answer
    try: return [c.__name__ for c in Meta("C", bases, {"x": 1, "__slots__": ()}).__mro__]
    finally: Meta.answer = None


class Base: inherited = "yes"


for answer in (None, lambda cls: [cls, Base, object], lambda cls: It(cls, object), lambda cls: gen(cls, object), lambda cls: 5, lambda cls: [5], lambda cls: [cls, int, object], lambda cls: {}[0], lambda cls: (),
               lambda cls: NotIter(), lambda cls: It(cls, OSError("o")), lambda cls: type.mro(cls)[:1]):
    tell(make, answer)
    tell(make, answer, (Base,))


def change_bases():
    C = Meta("C", (Base,), {})
    Meta.answer = lambda cls: gen(cls, object)
    try: C.__bases__ = (Missing,)
    finally: Meta.answer = None
    return [c.__name__ for c in C.__mro__], hasattr(C, "inherited")


tell(change_bases)


class Sneaky(type):
    def mro(cls):
        if cls.__name__ == "S" and not cls.__mro__:
            try: cls.__bases__ = (Base,)
            except Exception as e: log.append(repr(e))
        return type.mro(cls)


tell(lambda: [c.__name__ for c in Sneaky("S", (), {}).__mro__])
