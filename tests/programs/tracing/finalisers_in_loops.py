# When objects die in hot loops: __del__ and callbacks of weak references, in order with what the loop does itself.
import _weakref
log = []


class Dies:
    def __init__(self, name): self.name = name
    def __del__(self): log.append(("del", self.name))


def watched(name):
    d = Dies(name)
    return d, _weakref.ref(d, lambda r: log.append(("ref", name)))


def rebinding(n):
    x = None
    for i in range(n):
        log.append(("start", i))
        x = Dies(i)
        log.append(("bound", i))
        y = (x, i)
        x = y
        log.append(("tuple", i))
        if i % 3 == 0: x = y = None
        log.append(("end", i))


def calls(n):
    def take(d, i):
        r = _weakref.ref(d, lambda r: log.append(("ref", i)))
        log.append(("in", d.name))
        d = None
        log.append(("dropped", r() is None))
        return r
    for i in range(n):
        r = take(Dies(i), i)
        log.append(("back", r() is None))
        watched(("temporary", i))
        log.append(("next", i))


def stores(n):
    items, table, holder = [None] * 3, {}, Dies("holder")
    for i in range(n):
        items[i % 3] = Dies(("item", i))
        log.append(i)
        table[i % 2] = Dies(("value", i))
        log.append(-i)
        holder.held = Dies(("attribute", i))
        if i % 10 == 9:
            items.pop()
            items.append(None)
            del table[1], holder.held


def generators(n):
    def gen(d):
        try: yield d.name
        finally: log.append(("finally", d.name))
    for i in range(n):
        for name in gen(Dies(i)):
            if i % 2: break
        log.append(("after", i))


def exceptions(n):
    for i in range(n):
        try:
            d = Dies(i)
            if i % 5 == 4: raise ValueError(Dies(("argument", i)))
        except ValueError as e:
            log.append(("caught", e.args[0].name))
        log.append(("on", i))


for function in rebinding, calls, stores, generators, exceptions:
    log.clear()
    function(60)
    print(function.__name__, len(log), log[:24], log[-60:])
    digest = 0
    for entry in log:
        for ch in repr(entry): digest = (digest * 31 + ord(ch)) % 1000003
    print(digest)
