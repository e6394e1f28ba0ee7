# functools, operator, contextvars, re: callables that call Python functions.
import sys, functools, operator, contextvars, re
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


@functools.lru_cache(maxsize=None)
def unlimited(n): return unlimited(n - 1) if n else "deep"
@functools.lru_cache(maxsize=2)
def limited(n, *, key=1): return limited(n - 1, key=2) if n else "deep"
@functools.lru_cache(maxsize=0)
def none(n): return none(n - 1) if n else "deep"
@functools.cache
def by_key(k): return "deep"


class Method:
    def __init__(self, n): self.n = n
    @functools.lru_cache
    def get(self): return Method(self.n - 1).get() if self.n else "deep"
    @functools.cached_property
    def value(self): return Method(self.n - 1).value if self.n else "deep"
    @functools.singledispatchmethod
    def dispatch(self, x): return Method(self.n - 1).dispatch(x) if self.n else "deep"


class Key:
    def __init__(self, n): self.n = n
    def __hash__(self):
        if self.n: by_key(Key(self.n - 1))
        return 7
    def __eq__(self, o): return True


def part(a, n, b=1): return functools.partial(part, 1, b=2)(n - 1) if n else "deep"
def part_keywords(n): return functools.partial(part_keywords, n=n - 1)() if n else "deep"
def compare(a, b):
    if a: sorted([a - 1, b - 1], key=functools.cmp_to_key(compare))
    else: reached.append(b)
    return 1
def reduced(n, x): return functools.reduce(reduced, [n - 1, x]) if n else "deep"
def in_context(n): return contextvars.copy_context().run(in_context, n - 1) if n else "deep"
def keywords(*, n): return contextvars.copy_context().run(keywords, n=n - 1) if n else "deep"
def replaced(m):
    left.pop()
    return re.sub("a", replaced, "xa") if left else "deep"
def replaced_n(m):
    left.pop()
    return re.compile("a").subn(replaced_n, "a")[0] if left else "deep"
def variable(n):
    token = VAR.set(n)
    try: return contextvars.copy_context().run(variable, n - 1) if n else "deep"
    finally: VAR.reset(token)


class Operand:
    def __init__(self, n, use): self.n, self.use = n, use
    def down(self, *args): return self.use(Operand(self.n - 1, self.use)) if self.n else 1
    __add__ = __mul__ = __neg__ = __lt__ = __getitem__ = __contains__ = __call__ = __index__ = __truediv__ = __and__ = down
    def __getattr__(self, name): return self.down()
    def method(self, *args): return self.down()


VAR = contextvars.ContextVar("VAR")
reached = []
assert unlimited(DEPTH) == limited(DEPTH, key=1) == none(DEPTH) == part(1, DEPTH) == part_keywords(DEPTH) == "deep"
assert by_key(Key(DEPTH)) == Method(DEPTH).get() == Method(DEPTH).value == Method(DEPTH // 4).dispatch(1) == "deep"
assert reduced(DEPTH, 1) == in_context(DEPTH) == keywords(n=DEPTH) == variable(DEPTH) == "deep"
compare(DEPTH, DEPTH)
left = [0] * DEPTH
assert re.sub("a", replaced, "a").endswith("deep")
left = [0] * DEPTH
assert re.subn("a", replaced_n, "a") == ("deep", 1)
uses = [lambda x: operator.add(x, 1), lambda x: operator.mul(x, 1), operator.neg, lambda x: operator.lt(x, 1), operator.itemgetter(1), operator.attrgetter("a"), operator.methodcaller("method", 1),
        lambda x: operator.getitem(x, 1), lambda x: operator.contains(x, 1), lambda x: operator.truediv(x, 1), operator.index, lambda x: operator.and_(x, 1)]
for use in uses: assert use(Operand(DEPTH, use)) == 1
print(len(reached))
