# What a loop does happens once, wherever its trace is left: operators, attributes, iteration, calls that count themselves.
log = []


class Count:
    def __init__(self, n): self.n = n
    def __add__(self, other):
        log.append("+")
        return Count(self.n + (other.n if isinstance(other, Count) else other))
    def __radd__(self, other):
        log.append("r+")
        return Count(self.n + other)
    def __iadd__(self, other):
        log.append("+=")
        self.n += 1
        return self
    def __lt__(self, other):
        log.append("<")
        return self.n < other
    def __bool__(self):
        log.append("bool")
        return self.n % 3 != 0
    def __len__(self):
        log.append("len")
        return self.n
    def __getitem__(self, i):
        log.append("[]")
        if i > self.n: raise IndexError(i)
        return i * 2
    def __setitem__(self, i, value): log.append(("[]=", i, value))
    def __contains__(self, i):
        log.append("in")
        return i == self.n
    def __call__(self, *args):
        log.append("()")
        return len(args) + self.n
    def __getattr__(self, name):
        log.append(name)
        return len(name)
    def __hash__(self):
        log.append("hash")
        return self.n
    def __eq__(self, other):
        log.append("==")
        return self.n == getattr(other, "n", None)


class Property:
    reads = writes = 0
    @property
    def value(self):
        Property.reads += 1
        return self.reads
    @value.setter
    def value(self, new): Property.writes += new


def source(n):
    for i in range(n):
        log.append(("yield", i))
        yield i


def loop(n):
    total, c, p, keys, out = 0, Count(1), Property(), {}, []
    for i in source(n):
        x = c + i
        y = i + x
        c += i
        total += y.n
        if x: total += 1
        if x < 7: total += 2
        total += len(Count(i % 5)) + c(i, i) + x.missing
        x[i] = total
        if i in y: total += 3
        total += p.value
        p.value = i
        keys[Count(i % 4)] = i
        out.append(i if i % 11 else out and out.pop())
        try: total += Count(3)[i % 5]
        except IndexError as e: out.append(str(e))
    return total, c.n, Property.reads, Property.writes, sorted(keys.values()), out


print(loop(90))
kinds = {}
for entry in log: kinds[str(entry if isinstance(entry, str) else entry[0])] = kinds.get(str(entry if isinstance(entry, str) else entry[0]), 0) + 1
print(kinds, len(log))
print(log[:40], log[-40:])


def ordered(n):
    """Each operand is asked for once, in order, though the types change on the way."""
    seen = []
    def get(k, value):
        seen.append(k)
        return value
    for i in range(n):
        v = i if i % 7 else float(i) if i % 2 else "s"
        try: r = get("a", v) + get("b", i) * get("c", 2)
        except TypeError as e: seen.append(str(e))
    return "".join(s[0] for s in seen), len(seen)


print(ordered(60))


def stores(n):
    """Stores before an exit are there, those after it are not."""
    items, d, cell = [0] * 4, {}, []
    for i in range(n):
        items[i % 4] += 1
        d[i % 3] = d.get(i % 3, 0) + 1
        cell.append(i)
        q = 10 // (i - 45) if i != 45 else None
        items[(i + 1) % 4] += q is None
        cell[-1] += 1
    try:
        for i in range(n):
            items[0] += 1
            10 // (60 - i)
            items[1] += 1
    except ZeroDivisionError as e:
        cell.append(str(e))
    return items, d, sum(cell[:-1]), cell[-1]


print(stores(80))
