# What operations that ask Python midway see of what the answers change, and the order in which they ask: updates of dicts, containers made from
# iterators, slices, class statements, awaitables, `in` of a deque.
from collections import Counter, OrderedDict, defaultdict, deque
log = []


class Key:
    def __init__(self, name, then=None, hashed=0): self.name, self.then, self.hashed = name, then, hashed
    def __hash__(self):
        log.append(f"hash {self.name}")
        return self.hashed
    def __eq__(self, other):
        log.append(f"{self.name} == {getattr(other, 'name', other)}")
        if self.then: self.then()
        return False
    def __repr__(self): return self.name


def shown(f, *args):
    log.clear()
    try: result = f(*args)
    except BaseException as e: result = f"{type(e).__name__}: {e}"
    print(result, log)


def updated(update):
    other = {}
    target = {Key("t"): 1}
    other.update({Key("a"): 1, Key("b", lambda: other.pop("x", None)): 2, "x": 3, Key("c"): 4})
    log.clear()
    update(target, other)
    return target
def grows(update):
    other = {}
    target = {Key("t"): 1}
    other[Key("a", lambda: other.update(dict.fromkeys(range(50))))] = 1
    other["z"] = 2
    update(target, other)
    return target
def clears(update):
    other = {}
    target = {Key("t"): 1}
    other[Key("a", other.clear)] = 1
    other["z"] = 2
    update(target, other)
    return target
def ior(target, other): target |= other
for update in dict.update, ior, lambda a, b: a.update(b, kw=1), lambda a, b: dict.__init__(a, b):
    for way in updated, grows, clears: shown(way, update)


def items(*all):
    for item in all:
        log.append(f"give {item}")
        yield item
    log.append("over")
class Sized:
    def __init__(self, *all): self.all = all
    def __iter__(self):
        log.append("iter")
        return items(*self.all)
    def __len__(self):
        log.append("len")
        return len(self.all)
class Index:
    def __init__(self, n): self.n = n
    def __index__(self):
        log.append(f"index {self.n}")
        return self.n
    def __repr__(self): return f"I{self.n}"
for base in list, tuple, set, frozenset, bytes, bytearray, deque:
    class Sub(base):
        def __setattr__(self, *a): log.append("setattr")
    for source in Sized(1, 2), items(3), 5, Sized(256), Sized("a"), Sized([]), None:
        shown(Sub, source)
    shown(Sub, Sized(), 1)
    shown(lambda: Sub(Sized(), x=1))
    shown(lambda: base.__new__(Sub, Sized(1)))
    shown(lambda: base.__init__(Sub(), Sized(1)))
    shown(lambda: base.__init__(7, Sized(1)))
    shown(lambda: base.__new__(int, Sized(1)))
for base in dict, OrderedDict, Counter, lambda *a, **k: defaultdict(int, *a, **k):
    Sub = type("Sub", (base,), {}) if isinstance(base, type) else base
    for source in items((1, 2), "ab"), items((1, 2, 3)), items(4), {"k": 1}, Sized("ab", "cd"), 5: shown(lambda: dict(Sub(source)))
    shown(lambda: dict(Sub(items((1, 2)), a=3)))
ordered = OrderedDict([(Key("p", None, 1), 1), (Key("q", None, 1), 2)])
first = next(iter(ordered))
shown(ordered.move_to_end, first)
shown(ordered.move_to_end, first, False)
shown(lambda: OrderedDict.fromkeys(items(1, 2), 3))


def assign(target, key, value):
    target[key] = value
    return target
for value in items(1, 2), Sized(3), Sized(300), [Index(4), Index(5)], 7, "x", b"y", None:
    shown(assign, bytearray(b"abcd"), slice(Index(1), Index(2)), value)
    shown(assign, bytearray(b"abcd"), slice(None, None, 2), value)
    shown(assign, type("L", (list,), {})("abcd"), slice(Index(1), Index(3)), value)
shown(b"-".join, items(b"a", b"b"))
shown(b"-".join, items(b"a", 1))
shown(bytes, [Index(1), Index(2)])
shown(bytearray().extend, [Index(1), Index(400)])

queue = deque()
queue.extend([Key("d"), Key("e", lambda: queue.append(1)), Key("f")])
for search in queue.count, queue.index, queue.remove, lambda v: v in queue, lambda v: v not in deque([Key("g")]): shown(search, 9)
shown(deque([1, 2]).index, Key("h"))


class Entries:
    def __init__(self, *bases): self.bases = bases
    def __mro_entries__(self, bases):
        log.append(f"entries {len(bases)}")
        return self.bases if self.bases != (0,) else 0
    def __repr__(self): return "Entries"
def statement(*bases, **kw):
    class C(*bases, **kw): x = 1
    return C.__bases__, C.__dict__.get("__orig_bases__")
shown(statement, Entries(), int)
shown(statement, Entries(list, OrderedDict))
shown(statement, Entries(list))
shown(statement, Entries())
shown(statement, Entries(0))
shown(statement, 5)
shown(statement, list[int], metaclass=type)


class Meta(type):
    def mro(cls):
        log.append(f"mro {cls.__name__}")
        return super().mro()
class A: pass
class B: pass
class C(A, metaclass=Meta): pass
class D(C): pass
def rebase(bases):
    C.__bases__ = bases
    return [c.__name__ for c in D.__mro__]
for bases in (B,), (B, A), (D,), (), 5, (int,): shown(rebase, bases)


async def steps():
    try: yield 1
    except KeyError as e:
        log.append(repr(e))
        yield 2
def driven(awaitable):
    try: awaitable.send(None)
    except BaseException as e: return f"{type(e).__name__} {e}"
for use in (lambda a: driven(a.__anext__()), lambda a: driven(a.athrow(KeyError("k"))), lambda a: driven(a.aclose()), lambda a: a.asend(None).throw(KeyError),
            lambda a: a.athrow(KeyError).throw(ValueError), lambda a: a.asend(1).send(2), lambda a: a.aclose().throw(ValueError), lambda a: a.asend(None).send()):
    g = steps()
    shown(use, g)
    shown(driven, g.__anext__())
    shown(use, g)
shown(lambda: next(steps().__anext__().__iter__()))
async def simple(): return 5
for use in (lambda w: w.send(None), lambda w: w.throw(KeyError), lambda w: w.close(), lambda w: next(w), lambda w: w.__next__(), lambda w: w.throw()):
    shown(use, simple().__await__())
for use in (lambda a: a.send(None), lambda a: next(a), lambda a: a.throw(KeyError), lambda a: a.close()): shown(use, anext(steps(), "default"))
