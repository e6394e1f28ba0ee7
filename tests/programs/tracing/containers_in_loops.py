# Hot loops over lists, tuples, dicts, sets, strings, ranges and iterators; nested loops, unpacking, comprehensions, generators.


def indexing(n):
    items, t, total = list(range(60)), tuple(range(7)), 0
    for i in range(n):
        total += items[i % 60] + items[-1 - i % 60] + t[i % 7] + t[-1]
        items[i % 60] = total & 1023
        items[-(i % 60) - 1] += 1
    return total, items[:5], items[-5:]


print(indexing(400))


def bounds(n, bad):
    items, hit = [0] * 50, []
    for i in range(n):
        try:
            items[i % 50 if i != bad else 50] += 1
            items[-1 - i % 50 if i != bad + 1 else -51] += 1
        except IndexError as e:
            hit.append((i, str(e)))
    return hit, sum(items)


print(bounds(300, 250))


def shrinking(n):
    items, seen = list(range(n)), 0
    for x in items:
        seen += x
        if x % 5 == 0:
            items.pop()
    return seen, len(items)


print(shrinking(300))


def nested(n):
    total = 0
    for i in range(n):
        for j in range(i % 5):
            for k in (1, 2):
                total += i * j - k
        while total > 1000:
            total -= 37
    return total


print(nested(200))


def pairs(n):
    a, b, c = 0, 1, [0]
    for i, (x, y) in enumerate(zip(range(n), reversed(range(n)))):
        a, b = b, (a + b) % 1009
        (c[0], d), e = (x, y), i
        a += d - e
    return a, b, c


print(pairs(200))


def counting(words):
    counts = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    for w in list(counts):
        if counts[w] % 2:
            del counts[w]
    return sorted(counts.items())


print(counting("the cat and the dog and the cow".split() * 40))


def strings(n):
    s, t = "", "abcdefgh"
    for i in range(n):
        s += t[i % 8]
        if s[-1] == "h" and t[0] != "b":
            s += str(i) + f"<{i:>4}>"
        if "z" in s or s.startswith("q"):
            s = ""
    u = s
    s += "end"
    return len(s), s[-12:], u[-4:], len(u)


print(strings(200))


def sets(n):
    seen, dup = set(), 0
    for i in range(n):
        k = i * 7 % 50
        if k in seen:
            dup += 1
        else:
            seen.add(k)
    total = 0
    for k in seen:
        total += k
    for k, v in {i: i * i for i in range(100)}.items():
        total += k - v
    return dup, total


print(sets(300))


def changed_while_iterating(n):
    d = {i: i for i in range(n)}
    try:
        for k in d:
            if k == n - 50:
                d["new"] = 1
    except RuntimeError as e:
        return str(e), len(d)


print(changed_while_iterating(200))


def shared_iterators(n):
    it = iter(range(n))
    for x in it:
        y = next(it, None)
        if y is None:
            return x
    a = iter([1, 2, 3] * 60)
    z = zip(a, iter(range(100)))
    total = 0
    for p, q in z:
        total += p * q
    rest = list(a)
    i = iter((1, 2, 3))
    for v in i:
        pass
    return x, y, total, len(rest), list(i)


print(shared_iterators(200), shared_iterators(201))


def comprehensions(n):
    out = 0
    for i in range(n):
        out += sum([x * i for x in range(5)]) + len({x % 3 for x in range(7)}) + len([y for x in (1, 2) for y in (x, x) if y - 1])
        out -= sum(x for x in range(4))
    return out


print(comprehensions(150))


def generator(n):
    def produce(k):
        for i in range(k):
            got = yield i
            if got:
                yield got

    def chain(k):
        yield from produce(k)
        return "done"

    total = 0
    for v in chain(n):
        total += v
    g = produce(n)
    next(g)
    for i in range(n // 2):
        total += g.send(i % 3)
    return total


print(generator(200))


def slices(n):
    items = list(range(40))
    for i in range(n):
        k = i % 20
        items[:k + 1] = items[k::-1]
        items[5:7] = [i, i + 1]
    t = tuple(items)
    return items[:8], t[3:9], "abcdef"[1:4], [*t[:2], *items[:2]]


print(slices(200))


def sieve(n):
    flags = [True] * n
    for p in range(2, n):
        if flags[p]:
            for m in range(p * p, n, p):
                flags[m] = False
    return sum(flags) - 2


print(sieve(2000))


def truth(values):
    counts = [0, 0]
    for v in values:
        if v:
            counts[0] += 1
        counts[1] += not v
        w = v or "other"
        x = v and w
    return counts, w, x


print(truth([0, 1, "", "a", [], [0], (), (1,), {}, {1: 2}, None, 0.0, 1.5, set(), object, 2**80] * 20))


def matrix(n):
    a = [[i * j % 7 for j in range(n)] for i in range(n)]
    b = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            s = 0
            for k in range(n):
                s += a[i][k] * a[k][j]
            b[i][j] = s
    return sum(map(sum, b)), b[1][:4]


print(matrix(16))


def characters(n):
    out = []
    for i in range(n):
        try:
            c = chr(i * i) if i != n - 9 else chr(-1)
            out.append(ord(c) == i * i)
            if i == n - 20:
                ord("ab")
            if i == n - 5:
                chr(2**40)
        except (ValueError, TypeError, OverflowError) as e:
            out.append(str(e))
    return [x for x in out if x is not True], len(out)


print(characters(300), characters(200))
