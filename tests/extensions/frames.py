# C code that looks at frames which exist only in traces: names, lines, locals, globals; and that installs observers in a hot loop.
import sys
sys.path.insert(0, sys.argv[1])
import frames

HERE = "a global"


def leaf(i):
    x = i * 2
    return frames.back() if i % 100 == 99 else x


def middle(i):
    y = leaf(i)
    return y


class C:
    def method(self, i): return middle(i)
    def __add__(self, i): return self.method(i)


def chain(n):
    c, out = C(), []
    for i in range(n):
        r = c + i
        if type(r) is list: out.append(r)
    return out


print(chain(400))


def locals_(n):
    s, x, out = "text", 0.5, []
    for i in range(n):
        x += 0.25
        t = (i, x)
        d = frames.here()
        if i % 130 == 7:
            out.append(sorted((k, v) for k, v in d.items() if k not in ("out", "d")))
    return out


print(locals_(400))


def ask(name): return frames.above(name)


def asked(n):
    total, out = 0, []
    for i in range(n):
        total += i
        half = total * 0.5
        v = ask("half")
        w = ask("i")
        if v != half or w != i: out.append((i, v, half))
        if i % 150 == 10: out.append((i, v, w, frames.globals("HERE")))
    return out


print(asked(400))


def gen(n):
    for i in range(n):
        z = i + 1
        yield frames.back()[:2] if i % 90 == 80 else z


def generators(n):
    return [x for x in gen(n) if type(x) is list]


print(generators(400))


def observed(install, n, at):
    events = []
    def step(i):
        if i == at: install(events)
        if i == at + 3: install(None)
        return i + 1
    total = 0
    for i in range(n): total += step(i)
    return total, events


for install in frames.trace, frames.profile:
    for at in (3, 250, 396): print(observed(install, 400, at))
