# What a loop has read is read again after a call that may have changed it: attributes, items, globals, cells, lengths, classes.
G = 1
H = [1]


class C:
    k = 1
    def __init__(self): self.x, self.y = 1, 2
    def get(self): return self.x + self.x + self.k


class S:
    __slots__ = ("a", "b")


state = 12345


def random():
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return state >> 8


def mutate(o, s, items, table, put, i):
    """Changes one thing of those that the loop reads."""
    global G, H
    r = random() % 12
    if i < 20: return 0
    if r == 0: o.x = i
    elif r == 1: o.x = float(i)
    elif r == 2: s.a = i
    elif r == 3: items[0] = i
    elif r == 4: items.append(i)
    elif r == 5 and len(items) > 3: del items[-1]
    elif r == 6: table["k"] = i
    elif r == 7: G = i
    elif r == 8: H = [i]
    elif r == 9: put(i)
    elif r == 10: C.k = i % 5
    elif r == 11: o.new = i
    return r


def run(n):
    o, s, items, table, cell = C(), S(), [1, 2, 3], {"k": 1}, 0
    s.a, s.b = 1, 2

    def put(v):
        nonlocal cell
        cell = v
    out, total = [], 0
    for i in range(n):
        before = o.x + o.x + s.a + s.a + items[0] + items[0] + len(items) + table["k"] + G + G + H[0] + cell + C.k
        r = mutate(o, s, items, table, put, i)
        after = o.x + o.x + s.a + s.a + items[0] + items[0] + len(items) + table["k"] + G + G + H[0] + cell + C.k + o.k
        total += after - before + o.get()
        out.append((r, before, after))
    return total, out


total, out = run(150)
print(total, out[:3], out[-60:])
print(len(out), sum(b for _, b, _ in out), sum(a for _, _, a in out))


class Sly:
    """Its operators change what the loop reads."""
    def __init__(self, o): self.o = o
    def __add__(self, n):
        self.o.x += n
        return n
    def __eq__(self, other):
        self.o.x -= 1
        return True
    def __hash__(self): return 1
    def __bool__(self):
        self.o.y += 1
        return self.o.y % 2 == 0
    def __del__(self): self.o.x += 100


def sly(n):
    o, out = C(), []
    s, table = Sly(o), {Sly(o): 1}
    for i in range(n):
        out.append(o.x)
        s + 1
        out.append(o.x)
        t = table.get(s)
        out.append(o.x)
        if s: out.append(o.y)
        u = Sly(o)
        out.append(o.x)
        u = None
        out.append(o.x)
    return out


print(sly(80)[-70:])


def lengths(n):
    """An index is in range no more, a list changes while it is read."""
    items, out = list(range(40)), []
    for i in range(n):
        try: out.append(items[20] + items[20 - (i % 3)] + len(items))
        except IndexError: out.append(-len(items))
        if i > 30 and i % 2: items.pop()
    return out


print(lengths(90))
