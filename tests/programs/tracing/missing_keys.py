# A loop over a dict's subclass with __missing__: whether that is called depends on the keys.

class C(dict):
    def __missing__(self, key): return 0

def add(self, other):
    result = C()
    for elem, count in self.items():
        new = count + other[elem]
        if new > 0: result[elem] = new
    for elem, count in other.items():
        if elem not in self and count > 0: result[elem] = count
    return result

seed = 1
def number():
    global seed
    seed = (seed * 1103515245 + 12345) % 2147483648
    return (seed >> 16) % 6 - 2

bad = total = 0
for i in range(600):
    p = C((e, number()) for e in "abcd")
    p["e"] = 1; p["f"] = -1
    q = C((e, number()) for e in "abcd")
    q["h"] = 1; q["i"] = -1
    r = add(p, q)
    for x in "abcdefghi":
        n = max(0, p.get(x, 0) + q.get(x, 0))
        total += n
        if r.get(x, 0) != n: bad += 1
print(bad, total)

class D(dict):
    def __missing__(self, key):
        self[key] = value = key * 2
        return value

d = D()
print(sum(d[i % 50] for i in range(2000)), len(d))
def fill(d, n):
    s = 0
    for i in range(n): s += d[i]
    return s
print([fill(D({i: -1 for i in range(0, 300, k)}), 300) for k in (1, 2, 3, 7)])
