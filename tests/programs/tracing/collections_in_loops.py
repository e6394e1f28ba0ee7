# The cycle collector in hot loops: what is reachable from frames that exist only in traces stays, cycles go, callbacks and finalisers run.
import gc
import _weakref

gc.disable()
log = []


class Node:
    count = 0
    def __init__(self, name):
        self.name, self.link = name, self
        Node.count += 1
    def __del__(self): Node.count -= 1


def collect(i):
    return gc.collect() if i % 40 == 39 else 0


def cycles(n):
    found, keep = [], None
    for i in range(n):
        a, b = Node(i), Node(-i)
        a.link, b.link = b, a
        t = (a, [b])
        if i % 50 == 25: keep = a
        r = _weakref.ref(b, lambda r: log.append("gone"))
        found.append(collect(i) > 0)
        if t[0].link is not b or b.link.name != i: found.append("lost")
    return sum(found), found.count("lost"), keep.name, keep.link.name, Node.count


print(cycles(160), len(log))
gc.collect()
print(Node.count, len(log))


def inner(node, i):
    local = [node, Node("inner")]
    local.append(local)
    got = collect(i)
    return local[0].name, local[1].name, got > 0


def frames(n):
    out = set()
    for i in range(n):
        node = Node("outer")
        out.add(inner(node, i))
    return sorted(out)


print(frames(120))
gc.collect()
print(Node.count)


def referrers(n):
    """Locals of deferred frames are found like others."""
    out = []
    def callee(o):
        if gc.is_tracked(o): return len(gc.get_referrers(o)) > 0
    for i in range(n):
        o = [i]
        out.append(callee(o))
    return out.count(True)


print(referrers(120))


def generators(n):
    def gen(x):
        me = [x]
        me.append(me)
        yield me
        yield collect(39)
    out = 0
    for i in range(n):
        for v in gen(i):
            if type(v) is list: out += v[0] + len(v[1])
    return out


print(generators(30))


def callbacks(n):
    """Callbacks of the collector look at the loop's world, and change it."""
    state = {"calls": 0}
    def callback(phase, info):
        state["calls"] += 1
        Node.extra = state["calls"]
    gc.callbacks.append(callback)
    total = 0
    for i in range(n):
        Node(i)
        before = Node.extra
        collect(i)
        total += Node.extra - before
    gc.callbacks.remove(callback)
    return total, state


Node.extra = 0
print(callbacks(200))
gc.enable()
total = 0
for i in range(3000):
    n = Node(i)
    total += n.link.name
print(total)
