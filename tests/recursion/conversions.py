# __index__, __int__, __float__, __abs__, __round__, __divmod__, __pow__ and the unary operators; format, % and ascii.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)


class Number:
    def __init__(self, n, use): self.n, self.use = n, use
    def down(self, *args): return 1 if self.n == 0 else int(self.use(Number(self.n - 1, self.use)) or 1)
    __index__ = __int__ = __abs__ = __round__ = __divmod__ = __pow__ = __neg__ = __pos__ = __invert__ = __iadd__ = __trunc__ = __len__ = down
    def __float__(self): return float(self.down())
    def __bool__(self): return bool(self.down())
    def __str__(self): return str(self.down())
    __repr__ = __str__
    def __format__(self, spec): return str(self.down())


def inplace(x):
    x += 1
    return x


ways = [lambda x: [0, 1][x], lambda x: range(x)[-1] + 1, lambda x: "ab"[:x] and 1, lambda x: hex(x) and 1, int, float, abs, round, lambda x: divmod(x, 2), lambda x: pow(x, 2), lambda x: x ** 2,
        lambda x: -x, lambda x: +x, lambda x: ~x, inplace, len, bool, str, repr, ascii, format, lambda x: f"{x}", lambda x: f"{x!r}", lambda x: f"{x:>3}",
        lambda x: "%s" % (x,), lambda x: "%d" % x, lambda x: "{}".format(x), lambda x: repr([x])[1:-1], lambda x: str((x, 1))[1], lambda x: not x or 1, lambda x: [1] * x and 1]
for way in ways: assert way(Number(DEPTH, way)) in (1, "1", "1.0", 1.0, True), way
print(len(ways))
