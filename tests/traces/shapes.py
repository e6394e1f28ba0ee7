"""What becomes of loops: each case is a function with a hot loop, and the operations of the loop's body in its root trace.

Run by hotpy; a difference is printed and makes the status 1. With `--show` it prints what there is, to be looked at and copied.
"""
# Options: -X trace-threshold=400
import sys

import hotpy.trace

CASES = []


def case(*args, body, times=1):
    def keep(function):
        CASES.append((function, args, body, times))
        return function
    return keep


class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def sum(self): return self.x + self.y
    def move(self): self.x += 1


class Slotted:
    __slots__ = ("a",)


SCALE = 3


def double(x): return x + x


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


@case(1000, body="phi.int phi.int int.mul int.add int.add int.lt guard.true guard.breaker")
def int_while(n):
    i = s = 0
    while i < n:
        s += i * 2
        i += 1
    return s


@case(1000, body="phi.int phi.int range.next int.add guard.breaker")
def int_range(n):
    s = 0
    for i in range(n): s += i
    return s


@case(1000, body="phi.int phi.int range.next int.shl int.xor int.and int.shr int.or guard.breaker")
def int_bits(n):
    s = 0
    for i in range(n): s = (s ^ i << 1) & 0xFFFF | i >> 2
    return s


@case(1000, body="phi.int phi.int range.next int.floordiv int.mod int.add int.add guard.breaker")
def int_divide(n):
    s = 0
    for i in range(n): s += i // 3 + i % 5
    return s


@case(1000, body="phi.int phi.int range.next int.neg int.invert int.add guard.breaker")
def int_negative(n):
    s = 0
    for i in range(n): s = -s + ~i
    return s


@case(1000, body="phi.float phi.int range.next int.to_float_exact float.div float.add guard.breaker")
def int_to_float(n):
    x = 0.0
    for i in range(n): x += i / 4
    return x


@case(1000, body="phi.float phi.int range.next float.mul float.add guard.breaker")
def float_horner(n):
    x = 0.5
    for i in range(n): x = x * 0.5 + 1.5
    return x


@case(1000, body="phi.float phi.int range.next float.mul float.add float.pow guard.breaker")
def float_power(n):
    x = 0.0
    for i in range(n): x = (x * x + 1.0) ** 0.5
    return x


@case(1000, body="phi.int phi.float phi.int range.next float.add float.gt guard.true int.add guard.breaker")
def float_compare(n):
    c, x = 0, 0.0
    for i in range(n):
        x += 1.5
        if x > 3.0: c += 1
    return c


@case(1000, body="phi.bool phi.int phi.int range.next int.ge bool.to_int int.add guard.breaker")
def bool_flag(n):
    flag, c = False, 0
    for i in range(n):
        flag = i >= 0
        c += flag
    return c


@case(1000, body="phi.int phi.int range.next int.mul int.add guard.breaker")
def constant_global(n):
    s = 0
    for i in range(n): s += i * SCALE
    return s


@case(1000, body="phi.int phi.int range.next int.add int.add guard.breaker")
def call_function(n):
    s = 0
    for i in range(n): s += double(i)
    return s


@case(1000, body="phi.int phi.int range.next int.add int.add guard.breaker")
def call_keyword(n):
    s = 0
    for i in range(n): s += double(x=i)
    return s


@case(1000, body="phi.int phi.int range.next guard.code func.closure cell.load int.unbox int.add int.add guard.breaker")
def call_closure(n):
    k = 3
    def add(x): return x + k
    s = 0
    for i in range(n): s += add(i)
    return s


@case(1000, body="phi.int phi.int range.next guard.no_attr attr.load attr.load int.unbox int.unbox int.add int.add guard.breaker")
def call_method(n):
    p, s = Point(1, 2), 0
    for i in range(n): s += p.sum()
    return s


@case(1000, body="phi.int range.next guard.no_attr attr.load int.unbox int.add guard.inline int.box attr.put guard.breaker")
def write_attribute(n):
    p = Point(1, 2)
    for i in range(n): p.move()
    return p.x


@case(1000, body="phi.int range.next slot.load int.unbox int.add int.box slot.store guard.valid guard.breaker")
def write_slot(n):
    p = Slotted()
    p.a = 0
    for i in range(n): p.a += i
    return p.a


@case(1000, body="phi.int phi.int range.next instance.new incref guard.inline int.box attr.store guard.valid guard.inline incref attr.store guard.valid decref guard.valid attr.load incref decref guard.valid int.unbox int.add decref.plain guard.breaker")
def make_instance(n):
    s = 0
    for i in range(n): s += Point(i, 1).x
    return s


@case(1000, body="phi.int phi.int range.next int.mod list.item int.unbox int.add guard.breaker")
def list_read(n):
    l, s = list(range(10)), 0
    for i in range(n): s += l[i % 10]
    return s


@case(1000, body="phi.int range.next int.mod list.index int.box list.store guard.valid guard.breaker")
def list_write(n):
    l = [0] * 10
    for i in range(n): l[i % 10] = i
    return l


@case(1000, body="phi.int range.next int.box list.push guard.breaker")
def list_append(n):
    l = []
    for i in range(n): l.append(i)
    return len(l)


@case(1000, body="phi.int phi.int listiter.next int.unbox int.add guard.breaker")
def list_iterate(n):
    s = 0
    for x in [1] * n: s += x
    return s


@case(1000, body="phi.int range.next int.add int.box list.push guard.breaker")
def list_comprehension(n):
    return len([i + 1 for i in range(n)])


@case(1000, body="phi.int phi.int range.next tuple.item tuple.item int.unbox int.unbox int.add int.add guard.breaker")
def tuple_read(n):
    t, s = (1, 2, 3), 0
    for i in range(n): s += t[1] + t[-1]
    return s


@case(1000, body="phi.int phi.int phi.int range.next int.add int.mod guard.breaker")
def tuple_swap(n):
    a, b = 0, 1
    for i in range(n): a, b = b, (a + b) % 1000
    return a


@case(1000, body="phi.int phi.int tupleiter.next int.unbox int.add guard.breaker")
def tuple_iterate(n):
    s = 0
    for x in (1,) * n: s += x
    return s


@case(1000, body="phi.int phi.int phi.int range.next int.add guard.breaker")
def tuple_never_made(n):
    s = 0
    for i in range(n):
        t = (i, 1, 2)[0]
        s += t
    return s


@case(1000, body="phi.int phi.obj phi.int pair.next pair.second decref guard.valid int.unbox int.add decref.plain guard.breaker")
def dict_items(n):
    s, d = 0, dict.fromkeys(range(n), 1)
    for k, v in d.items(): s += v
    return s


@case(1000, body="phi.int phi.int phi.int listiter.next guard.type guard.tuple_len tuple.at tuple.at int.unbox int.unbox int.mul int.add guard.breaker")
def unpack_pairs(n):
    s = 0
    for a, b in [(1, 2)] * n: s += a * b
    return s


@case(1000, body="phi.int phi.int range.next list.len int.add guard.breaker")
def length(n):
    l, s = [1, 2], 0
    for i in range(n): s += len(l)
    return s


@case(1000, body="phi.int phi.int range.next int.mod str.item str.eq decref.plain guard.false int.add guard.breaker")
def string_read(n):
    t, c = 'abc', 0
    for i in range(n):
        if t[i % 3] != 'x': c += 1
    return c


@case(1000, body="phi.obj phi.int range.next str.append guard.breaker")
def string_grow(n):
    s = ''
    for i in range(n): s += 'x'
    return len(s)


@case(1000, body="phi.int phi.int range.next int.mod bytes.item int.add guard.breaker")
def bytes_read(n):
    t, s = b'abc', 0
    for i in range(n): s += t[i % 3]
    return s


@case(1000, body="phi.int phi.int range.next dict.get int.unbox int.add guard.breaker")
def dict_get(n):
    d, s = {1: 2}, 0
    for i in range(n): s += d.get(1, 0)
    return s


@case(1000, body="phi.int range.next int.box call decref.plain guard.valid guard.breaker")
def dict_write(n):
    d = {}
    for i in range(n): d['k'] = i
    return d


@case(1000, body="phi.int phi.int range.next int.add guard.breaker")
def test_none(n):
    x, c = None, 0
    for i in range(n):
        if x is None: c += 1
    return c


@case(1000, body="phi.int phi.int range.next int.add guard.breaker")
def test_isinstance(n):
    p, c = Point(1, 2), 0
    for i in range(n):
        if isinstance(p, Point): c += 1
    return c


@case(1000, body="phi.int phi.int range.next list.len int.truth guard.true int.add guard.breaker")
def test_truth(n):
    p, l, c = Point(1, 2), [1], 0
    for i in range(n):
        if p and l: c += 1
    return c


@case(1000, body=("phi.int phi.int phi.int phi.obj phi.obj tupleiter.next int.unbox int.mul int.add guard.breaker", "phi.int phi.int phi.int range.next call guard.valid tupleiter.next int.unbox int.mul int.add tupleiter.next int.unbox int.mul int.add tupleiter.end incref decref guard.valid decref.plain guard.breaker"))
def short_inner_loop(n):
    s = 0
    for i in range(n):
        for k in (1, 2): s += i * k
    return s


@case(1000, body="phi.int phi.int guard.gen guard.gen_slots gen.resume gen.peek int.unbox int.add gen.take decref.plain gen.peek int.unbox int.lt guard.true int.box gen.put gen.suspend int.add guard.breaker")
def generator(n):
    s = 0
    for x in count(n): s += x
    return s


def celled(x):
    if x < 0: return [x + k for k in range(3)]
    x = x + 1
    return x


@case(1000, body="phi.int phi.int range.next int.lt guard.false int.add int.add guard.breaker")
def cell_put_off(n):
    s = 0
    for i in range(n): s += celled(i)
    return s


@case(1000, body="phi.int range.next guard.code func.closure cell.load int.unbox int.add int.box incref cell.store guard.valid decref guard.valid guard.breaker")
def nonlocal_cell(n):
    s = 0
    def add(x):
        nonlocal s
        s += x
    for i in range(n): add(i)
    return s


class Vector:
    def __init__(self, x): self.x = x
    def __add__(self, other): return self.x + other
    def __radd__(self, other): return other - self.x
    def __lt__(self, other): return self.x < other
    def __getitem__(self, i): return self.x * i
    def __len__(self): return 3
    def __call__(self, y): return self.x + y


@case(1000, body="phi.int phi.int range.next attr.load int.unbox int.add int.add guard.breaker")
def operator_method(n):
    v, s = Vector(2), 0
    for i in range(n): s += v + i
    return s


@case(1000, body="phi.int phi.int range.next attr.load int.unbox int.sub int.add guard.breaker")
def operator_reflected(n):
    v, s = Vector(2), 0
    for i in range(n): s += i + v
    return s


@case(1000, body="phi.int phi.int range.next attr.load int.unbox int.lt bool.to_int int.add guard.breaker")
def compare_method(n):
    v, s = Vector(2), 0
    for i in range(n): s += v < i
    return s


@case(1000, body="phi.int phi.int range.next attr.load int.unbox int.mul int.add guard.breaker")
def subscript_method(n):
    v, s = Vector(2), 0
    for i in range(n): s += v[i]
    return s


@case(1000, body="phi.int phi.int range.next attr.load int.unbox int.add int.add guard.breaker")
def call_object(n):
    v, s = Vector(2), 0
    for i in range(n): s += v(i)
    return s


@case(1000, body="phi.int phi.int phi.obj range.next int.ge guard.true guard.no_attr incref incref method.new decref guard.valid guard.no_attr attr.load attr.load int.unbox int.unbox int.add int.add int.add guard.breaker")
def bound_method(n):
    p, s = Point(1, 2), 0
    for i in range(n):
        f = p.sum if i >= 0 else None
        s += (p.sum)() + i
    return s


@case(1000, body="phi.int phi.int range.next int.and slice.get list.len decref guard.valid int.add guard.breaker")
def slice_list(n):
    l, s = [1, 2, 3, 4], 0
    for i in range(n): s += len(l[i & 1:3])
    return s


@case(1000, body="phi.int range.next slice.get slice.set decref guard.valid guard.breaker")
def slice_backwards(n):
    l = [1, 2, 3, 4]
    for i in range(n): l[:3] = l[2::-1]
    return l


@case(1000, body="phi.int phi.int range.next int.and slice.get str.len decref.plain int.add guard.breaker")
def slice_string(n):
    t, s = "abcdef", 0
    for i in range(n): s += len(t[1:i & 3])
    return s


@case(1000, body="phi.int phi.int range.next int.mod str.item str.order decref.plain bool.to_int int.add guard.breaker")
def string_order(n):
    t, s = "abcdef", 0
    for i in range(n): s += t[i % 6] < "c"
    return s


@case(1000, body="phi.int phi.int range.next int.mod str.item str.in decref.plain guard.true int.add guard.breaker")
def string_in(n):
    t, s = "abcdef", 0
    for i in range(n):
        if t[i % 6] in "a b c d e f": s += 1
    return s


@case(1000, body="phi.obj phi.int range.next call guard.valid guard.gen guard.gen_slots gen.resume gen.peek int.unbox int.lt guard.false gen.end decref guard.valid guard.breaker")
def short_generator(n):
    s = 0
    for i in range(n):
        for x in count(0): s += x
    return s


def delegate(n):
    yield from count(n)


@case(1000, body="phi.int phi.int guard.gen guard.gen_slots gen.resume gen.peek guard.gen guard.gen_slots gen.resume gen.peek int.unbox int.add gen.take decref.plain gen.peek int.unbox int.lt guard.true int.box gen.put gen.suspend gen.suspend int.add guard.breaker")
def yield_from(n):
    s = 0
    for x in delegate(n): s += x
    return s


@case(1000, body="phi.int phi.int range.next function.new call guard.valid tupleiter.next guard.code int.unbox int.neg incref incref incref decref decref guard.valid tupleiter.next guard.code int.unbox int.neg int.gt guard.false tupleiter.end decref decref guard.valid int.add decref.plain guard.breaker")
def builtin_max(n):
    l, s = (1, 2), 0
    for i in range(n): s += max(l, key=lambda x: -x)
    return s


@case(950, times=2, body="arg int.unbox const.int int.le guard.false const.int int.mul const.int int.sub const.int int.and int.add int.add const.int int.mul int.add const.int int.sub int.xor int.sub int.le guard.false int.mul int.sub int.and int.add int.add int.mul int.add int.sub int.xor int.sub exit")
def recursion(n):
    if n <= 0: return 0
    a = n * 2 - 1
    b = a & 0xFF
    c = b + a + n
    d = c * 3 + b - 7
    e = d ^ a
    return recursion(n - 1) + d - e


class Odd(Exception): pass


@case(1000, body="phi.int phi.int range.next call.raises exc.fetch guard.valid guard.type exc.push decref.plain int.add exc.pop guard.last decref guard.valid guard.breaker")
def raised_and_caught(n):
    s = 0
    for i in range(n):
        try: raise Odd
        except Odd: s += 1
    return s


@case(1000, body="phi.int phi.int range.next int.box call.raises exc.fetch decref.plain guard.valid guard.type exc.push decref.plain int.add exc.pop guard.last decref guard.valid guard.breaker")
def key_errors(n):
    s, table = 0, {}
    for i in range(n):
        try: table[i]
        except (IndexError, KeyError): s += 1
    return s


@case(1000, body="phi.int phi.int range.next dict.item dict.item int.unbox int.unbox int.add int.add guard.breaker")
def dict_by_text(n):
    d, s = {"a": 1, "b": 2}, 0
    for i in range(n): s += d["a"] + d["b"]
    return s


@case(1000, body="phi.obj phi.int range.next guard.type dict.item decref.plain incref guard.breaker")
def dict_by_int(n):
    d, s = {0: 1, 1: 2, 2: 0}, 0
    for i in range(n): s = d[s]
    return s


@case(1000, body="phi.int phi.int range.next dict.has int.box set.has not decref.plain bool.to_int bool.to_int int.add set.has bool.to_int int.add int.add guard.breaker")
def is_in_containers(n):
    d, s, f, c = {"a": 1}, {1, 2}, frozenset("ab"), 0
    for i in range(n): c += ("a" in d) + (i not in s) + ("c" in f)
    return c


@case(1000, body="phi.int range.next int.and set.put_int guard.breaker")
def set_display(n):
    s = {x & 7 for x in range(n)}
    return len(s)


@case(1000, body="phi.int phi.int range.next call guard.valid guard.type iter.end decref guard.valid int.add guard.breaker")
def dict_loop_ends(n):
    s, d = 0, {}
    for i in range(n):
        for k in d: s += 1
        s += 2
    return s


def add_up(a, *more): return a + len(more)


@case(1000, body="phi.int phi.int range.next guard.list_len list.at list.at incref incref tuple.new tuple.len int.unbox int.add decref.plain decref guard.valid guard.breaker")
def call_spread(n):
    s, items = 0, [1, 2]
    for i in range(n): s = add_up(*items)
    return s


@case(1000, body="phi.int phi.int range.next incref int.box tuple.new tuple.len int.add decref guard.valid int.add guard.breaker")
def call_rest(n):
    s = 0
    for i in range(n): s += add_up(i, 1, s)
    return s


@case(1000, body="phi.int phi.int range.next tuple.at incref incref guard.type attr.load int.unbox int.unbox int.add decref decref.plain guard.valid int.add guard.breaker")
def call_spread_method(n):
    s, call, items = 0, Vector(3).__add__, (4,)
    for i in range(n): s += call(*items)
    return s


class Base:
    def __init__(self, x, *, y=1): self.x, self.y = x, y
    def get(self, n): return self.x + n


class Derived(Base):
    def __init__(self, x): super().__init__(x, y=2)
    def get(self, n): return super().get(n) + self.y


@case(1000, body="phi.int phi.int range.next guard.no_attr func.closure cell.load guard.is attr.load int.unbox int.add attr.load int.unbox int.add int.add guard.breaker")
def call_super(n):
    s, d = 0, Derived(1)
    for i in range(n): s += d.get(i)
    return s


@case(1000, body="phi.int phi.int range.next instance.new incref func.closure cell.load guard.is guard.inline int.box incref attr.store guard.valid guard.inline incref attr.store guard.valid decref decref guard.valid attr.load incref decref guard.valid int.unbox int.add decref.plain guard.breaker")
def make_derived(n):
    s = 0
    for i in range(n): s += Derived(i).y
    return s


def only_names(a, *, b, c=3): return a + b + c


@case(1000, body="phi.int phi.int range.next int.add int.add int.add guard.breaker")
def call_only_names(n):
    s = 0
    for i in range(n): s += only_names(i, b=2)
    return s


@case(1000, body="phi.int phi.int range.next call guard.valid call guard.valid dict.len int.eq guard.true dict.item incref decref guard.valid int.unbox int.add int.add decref.plain int.add guard.breaker")
def call_with_dict(n):
    s, names = 0, {"b": 2}
    for i in range(n): s += only_names(i, **names)
    return s


@case(1000, body="phi.int phi.int range.next int.add guard.breaker")
def call_type(n):
    s, d = 0, Derived(1)
    for i in range(n):
        if type(d) is Derived: s += 1
    return s


@case(1000, body="phi.int phi.int phi.obj range.next call guard.valid decref guard.valid guard.type guard.builtin call guard.valid int.unbox int.add decref.plain guard.breaker")
def bound_anew(n):
    d, s = {1: 2}, 0
    for i in range(n):
        get = d.get
        s += get(1)
    return s


class Made:
    def __new__(cls, x):
        self = super().__new__(cls)
        self.x = x
        return self


@case(1000, body="phi.int phi.int range.next func.closure cell.load guard.is instance.new guard.inline int.box incref attr.store guard.valid decref guard.valid attr.load incref decref guard.valid int.unbox int.add decref.plain guard.breaker")
def make_by_new(n):
    s = 0
    for i in range(n): s += Made(i).x
    return s


class Static:
    value = 3
    @staticmethod
    def twice(x): return x * 2
    @classmethod
    def own(cls, x): return cls.value + x
    def __bool__(self): return self.value > 2
    def __getattr__(self, name): return name


@case(1000, body="phi.int phi.int range.next guard.no_attr int.mul int.add int.add int.add guard.breaker")
def class_methods(n):
    s, o = 0, Static()
    for i in range(n):
        if o: s += o.twice(i) + Static.own(i)
    return s


def is_odd(x): return x & 1


@case(3000, body="phi.int phi.int slot.load slot.load is not is guard.false guard.type range.next guard.false guard.type guard.code int.and int.truth guard.false range.next int.and int.truth guard.true int.add guard.breaker")
def filtered(n):
    s = 0
    for x in filter(is_odd, range(n)): s += x
    return s


class Squares:
    def __init__(self, n): self.data = [x * x for x in range(n)]
    def __getitem__(self, i): return self.data[i]


@case(3000, body="phi.int phi.int slot.load guard.is_not seqiter.index guard.type attr.load guard.type list.item seqiter.index int.add seqiter.put int.unbox int.add guard.breaker")
def by_item(n):
    s = 0
    for x in Squares(n): s += x
    return s


class Numbers(list): pass


@case(3000, body="phi.int phi.obj phi.int phi.obj phi.obj listiter.next int.unbox int.add guard.breaker")
def heirs_of_list(n):
    s, few = 0, Numbers((1, 2))
    for i in range(n):
        for x in few: s += x
    return s


def upper(letter): return "A" if letter == "a" else letter


@case(3000, body="phi.int phi.obj slot.load guard.tuple_len tuple.at guard.type slot.load guard.is iter.next guard.type str.eq guard.false decref.plain str.eq bool.to_int int.add guard.breaker")
def mapped_text(n):
    s = 0
    for x in map(upper, "ab" * n): s += x == "A"
    return s


class Pair(tuple): pass


@case(1000, body="phi.int phi.int range.next tuple.at tuple.at incref incref int.unbox int.unbox int.add decref.plain decref.plain int.add guard.breaker")
def spread_heir(n):
    s, pair = 0, Pair((1, 2))
    for i in range(n): s += added(*pair)
    return s


def added(a, b): return a + b


@case(1000, body="phi.int phi.int iter.next int.unbox int.add decref.plain guard.breaker")
def bytes_of(n):
    s = 0
    for b in b"ab" * n: s += b
    return s


class Bare: pass


@case(1000, body="phi.int phi.obj range.next instance.new decref guard.valid guard.breaker")
def made_bare(n):
    for i in range(n): o = Bare()
    return o


class Down:
    def __init__(self, n): self.left = n
    def __iter__(self): return self
    def __next__(self):
        if self.left == 0: raise StopIteration
        self.left -= 1
        return self.left


@case(1000, body=("phi.int phi.int phi.int range.next instance.new incref guard.inline incref attr.store guard.valid decref guard.valid incref incref incref decref decref decref guard.valid attr.load int.unbox int.eq guard.false int.sub guard.inline int.box incref attr.put incref decref guard.valid int.add attr.load int.unbox int.eq guard.true decref guard.valid decref.plain guard.breaker",
                  "phi.obj phi.int phi.obj phi.obj phi.obj attr.load int.unbox int.eq guard.true decref guard.valid range.next instance.new incref guard.inline incref attr.store guard.valid decref guard.valid incref incref incref decref decref decref guard.valid guard.breaker"))
def to_the_end(n):
    s = 0
    for i in range(n):
        for x in Down(1): s += x
    return s


def shape(function, trees):
    """The names of the operations in the body of the function's loop; of a trace without a loop, all, and how it ends."""
    for tree in trees:
        if tree.name.split(".")[0] == function.__name__:
            trace = tree.traces[0]
            body = [text.split(" = ")[-1].split()[0] for _, text in trace.body or trace.code]
            if not trace.has_loop: body.append(trace.end.split()[0])
            return " ".join(body)
    return "no trace"


# Where two loops are nested it depends on addresses which is found hot first: then either shape is right.
wrong = 0
for function, args, body, times in CASES:
    for _ in range(times): function(*args)
trees = hotpy.trace.traces()
for function, args, body, times in CASES:
    found = shape(function, trees)
    if "--show" in sys.argv:
        print(function.__name__, "|", found)
    elif found not in (body if isinstance(body, tuple) else (body,)):
        wrong += 1
        print(f"{function.__name__}:\n  expected {body}\n  found    {found}")
sys.exit(wrong != 0)
