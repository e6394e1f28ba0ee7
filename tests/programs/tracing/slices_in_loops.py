# Slices of lists, tuples and strings, comparisons of strings, in hot loops: bounds of all kinds, growth, identity.
def slices(n):
    l = list(range(12)); t = tuple(l); s = "hello w\u00f6rld \U0001F600!"
    out = []
    for i in range(n):
        k = i % 7
        a = l[:k]; b = l[k:]; c = l[k::-1]; d = t[k:k+3]; e = s[k:]; f = s[::-1]; g = l[-k:-1]; h = t[:]
        l[:k + 1] = l[k::-1]
        if i % 30 == 0: l[3:3] = [1, 2]
        if i % 30 == 1: l[2:4] = []
        out.append((a, b, c, d, e, f, g, h is t, s[20:3], l[2:k:1], l[k:0:-1]))
    return hash(str(out)) == 0, str(out)[:300], str(out)[-400:], len(str(out))
print(slices(150))
def strs(n):
    c = 0
    w = ["a", "b", "\u00e9", "zz", "", "\U0001F600"]
    for i in range(n):
        x, y = w[i % 6], w[i // 6 % 6]
        c += (x < y) + 2 * (x <= y) + 3 * (x > y) + 4 * (x >= y) + 5 * (x in y) + 6 * (x not in "azb\u00e9") + (x != y)
    return c
print(strs(300))


class Item:
    """Dies when a slice assignment drops it."""
    def __init__(self, n, log): self.n, self.log = n, log
    def __del__(self): self.log.append(self.n)


def finalised(n):
    log = []
    l = [Item(i, log) for i in range(4)]
    for i in range(n):
        l[1:3] = [Item(100 + i, log), Item(200 + i, log)]
        if i % 10 == 0: l[:1] = l[3:]
    before = len(log)
    l[:] = []
    return before, log[:6], len(log)


print(finalised(80))


def refused(n):
    out = []
    for i in range(n):
        try: [1, 2][:"a" if i % 20 == 19 else 1]
        except TypeError as e: out.append(str(e))
        try: [1, 2, 3][::0 if i % 30 == 29 else 2]
        except ValueError as e: out.append(str(e))
        big = [1, 2, 3][i - 2 ** 70 if i % 9 == 0 else -2:2 ** 80]
        out.append(len(big))
    return out[-25:]


print(refused(90))
