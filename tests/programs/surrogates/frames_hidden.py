# What the VM does between a compound operation and the Python method it calls is invisible: frames, line numbers, stack depth, traceback length.
import sys


def stack():
    f, out = sys._getframe(1), []
    while f: out.append((f.f_code.co_name, f.f_lineno - here)); f = f.f_back
    return out


here = sys._getframe().f_lineno


class All:
    def _s(self, *a): return self.seen.append([n for n, _ in stack()[1:]]) or 0
    seen = []
    def __init__(self, *a): self._s()
    def __add__(self, o=None): return self._s()
    __radd__ = __sub__ = __iadd__ = __neg__ = __lt__ = __getitem__ = __and__ = __matmul__ = __add__
    def __eq__(self, o): self._s(); return True
    def __hash__(self): return self._s()
    def __len__(self): return self._s()
    def __bool__(self): self._s(); return True
    def __call__(self): return self._s()
    def __getattr__(self, n):
        if n.startswith("__"): raise AttributeError
        return self._s()
    def __setattr__(self, n, v): self._s()
    def __delattr__(self, n): self._s()
    def __setitem__(self, k, v): self._s()
    def __delitem__(self, k): self._s()
    def __contains__(self, x): return self._s()
    def __iter__(self): self._s(); return self
    def __next__(self): self._s(); raise StopIteration
    def __enter__(self): return self._s()
    def __exit__(self, *a): return self._s()
    def __str__(self): self._s(); return ""
    __repr__ = __str__
    def __format__(self, spec): self._s(); return ""
    def __index__(self): return self._s()
    __int__ = __index__
    def __reversed__(self): self._s(); return iter(())
    @property
    def prop(self): return self._s()
    def key(self, x): return self._s()
    def __get__(self, o, c): return self._s()
    def __set_name__(self, o, n): self._s()
    def __init_subclass__(cls): cls.seen.append([n for n, _ in stack()])
    def __del__(self): self._s()


o = All()


def use(f):
    All.seen.clear()
    try: f()
    except StopIteration: pass
    name = f.__code__.co_firstlineno - here
    print(name, *All.seen)


def with_():
    with o: pass
def sets(): o.x = 1; del o.x; o[0] = 1; del o[0]
def for_():
    for _ in o: pass
def aug():
    global acc
    acc = o
    acc += 1
def unpack(): [] = o
def klass():
    class C(All): x = 5
def klass2():
    class C: x = o
def cond():
    if o: pass
    while not o: pass
def drop(): All.__new__(All)


for f in (lambda: All(), lambda: o + 1, lambda: 1 + o, lambda: o - 1, lambda: -o, lambda: o < 1, lambda: o == 1, lambda: o != 1, lambda: o[0], lambda: hash(o), lambda: len(o), lambda: bool(o), lambda: not o, lambda: o(), lambda: o.anything, lambda: o.prop, lambda: 5 in o, lambda: list(o), lambda: [*o], lambda: tuple(o), lambda: sum(o), lambda: any(o), lambda: max(o, default=0), lambda: sorted(o), lambda: sorted([1, 2], key=o.key), lambda: list(map(o.key, [1])), lambda: list(filter(o.key, [1])), lambda: max([1], key=o.key), lambda: str(o), lambda: f"{o}", lambda: "%s" % o, lambda: [o].__repr__(), lambda: [1][o], lambda: int(o), lambda: range(o), lambda: {o: 1}, lambda: {o}, lambda: o in [1], lambda: [1].index(o), lambda: next(o), lambda: reversed(o), lambda: dict.fromkeys(o), lambda: "".join(o), lambda: (lambda *a: 0)(*o), lambda: isinstance(o, str), lambda: getattr(o, "zz"), lambda: hasattr(o, "zz"), lambda: print(o, end=""), lambda: o and 1, lambda: 1 if o else 2, lambda: [x for x in o], lambda: list(x for x in o), lambda: set(o), lambda: zip(o), lambda: list(zip(o)), with_, sets, for_, aug, unpack, klass, klass2, cond, drop, lambda: type("T", (), {"a": o}), lambda: type("T", (All,), {})):
    use(f)


def line_of_caller():
    lines = []
    class L:
        def __add__(self, other): lines.append(sys._getframe(1).f_lineno - base); return self
        def __getattr__(self, n): lines.append(sys._getframe(1).f_lineno - base); return self
        def __call__(self, *a): lines.append(sys._getframe(1).f_lineno - base); return self
        def __getitem__(self, k): lines.append(sys._getframe(1).f_lineno - base); return self
        def __iter__(self): lines.append(sys._getframe(1).f_lineno - base); return iter(())
    base = sys._getframe().f_lineno
    x = L()
    y = (x +
         x +
         x
         .attr
         .other[
             1
         ](
             2))
    for _ in \
            x:
        pass
    return lines


print(line_of_caller())


def traceback_lengths():
    class F:
        def __add__(self, o): raise ValueError
        def __init__(self, fail=0):
            if fail: raise ValueError
        def __iter__(self): raise ValueError
        def __lt__(self, o): raise ValueError
        def __getattr__(self, n): raise ValueError
        def __enter__(self): raise ValueError
        def __exit__(self, *a): pass
        __getitem__ = __contains__ = __eq__ = __add__
        __hash__ = __len__ = __bool__ = __iter__
    f, out = F(), []
    def w():
        with f: pass
    for t in (lambda: f + 1, lambda: F(1), lambda: list(f), lambda: f < 1, lambda: f.x, lambda: f[0], lambda: 1 in f, lambda: hash(f), lambda: len(f), lambda: not f, lambda: sorted([f, f]), lambda: max(f, f), lambda: {f: 1}, lambda: sum([1], f), lambda: list(map(lambda x: f + x, [1])), w):
        try: t()
        except ValueError as e:
            n, tb = 0, e.__traceback__
            while tb: n += 1; tb = tb.tb_next
            out.append(n)
    return out


print(traceback_lengths())
