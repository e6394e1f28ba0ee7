# What C code calls back recurses on the native stack; where that ends there is a RecursionError, not a crash. The same for the few builtins that call natively.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 8 + 1000)
import _bisect, _heapq


def ends(use):
    def down(n):
        deepest[0] = n
        if n: use(lambda: down(n - 1))
    deepest = [0]
    try: down(DEPTH)
    except RecursionError: return "ends"
    return "ends" if deepest[0] == 0 else deepest


def items(f):
    yield f()


class Dir:
    def __init__(self, f): self.f = f
    def __dir__(self):
        self.f()
        return []
    def __lt__(self, o): return bool(self.f())


def assign(f): [1][:] = items(f)
def heap(f): _heapq.heapify([Dir(f), Dir(lambda: 0)])
def trace(f):
    def mro(cls):
        f()
        return type.mro(cls)
    type("Meta", (type,), {"mro": mro})("C", (), {})


waiting = []
def audit(event, args):
    if event == "builtins.id" and waiting: waiting.pop()()
def audited(f):
    waiting.append(f)
    id(f)
sys.addaudithook(audit)


uses = [lambda f: _bisect.bisect_left([1], 0, key=lambda x: f() or 0), heap, assign, lambda f: dir(Dir(f)), trace, lambda f: bytes(f() or 0 for _ in "a"), lambda f: bytearray().extend(f() or 0 for _ in "a"), audited]
for use in uses: print(ends(use))
