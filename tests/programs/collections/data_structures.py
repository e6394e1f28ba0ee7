# Data structures written in Python: linked list, heap, ordered and default dictionaries, LRU cache, trie, graph search, matrix, interval set.
class Linked:
    class Node:
        __slots__ = "value", "next"
        def __init__(self, v, n=None): self.value, self.next = v, n
    def __init__(self, it=()):
        self.head, self.size = None, 0
        for x in reversed(list(it)): self.push(x)
    def push(self, v): self.head = self.Node(v, self.head); self.size += 1
    def pop(self):
        if not self.head: raise IndexError("pop from empty " + type(self).__name__)
        n, self.head = self.head, self.head.next
        self.size -= 1
        return n.value
    def __iter__(self):
        n = self.head
        while n: yield n.value; n = n.next
    def __len__(self): return self.size
    def __repr__(self): return f"Linked([{', '.join(map(repr, self))}])"
    def reverse(self):
        prev, n = None, self.head
        while n: n.next, prev, n = prev, n, n.next
        self.head = prev
        return self
    def __eq__(self, o): return list(self) == list(o)


l = Linked("abc"); l.push(0)
print(l, len(l), l.pop(), l.reverse(), list(l), "b" in l, l == Linked("cba"), bool(Linked()), sorted(l), max(l))
try: Linked().pop()
except IndexError as e: print(e)


class Heap:
    def __init__(self, key=lambda x: x): self.h, self.key = [], key
    def push(self, x):
        h, k = self.h, self.key
        h.append(x); i = len(h) - 1
        while i and k(h[i]) < k(h[p := (i - 1) // 2]): h[i], h[p] = h[p], h[i]; i = p
    def pop(self):
        h, k = self.h, self.key
        h[0], h[-1] = h[-1], h[0]; top = h.pop(); i = 0
        while (c := 2 * i + 1) < len(h):
            if c + 1 < len(h) and k(h[c + 1]) < k(h[c]): c += 1
            if not k(h[c]) < k(h[i]): break
            h[i], h[c] = h[c], h[i]; i = c
        return top
    def __len__(self): return len(self.h)


h = Heap(key=lambda p: p[0])
for i, w in enumerate("heaps are simple trees kept in flat lists".split()): h.push((len(w), i, w))
print([h.pop()[2] for _ in range(len(h))])


class DefaultDict(dict):
    def __init__(self, factory, *a, **k): super().__init__(*a, **k); self.factory = factory
    def __missing__(self, k): self[k] = v = self.factory(); return v


class Counter(dict):
    def __init__(self, it=()):
        for x in it: self[x] = self[x] + 1
    def __missing__(self, k): return 0
    def most_common(self, n=None): return sorted(self.items(), key=lambda p: -p[1])[:n]
    def __add__(self, o): r = Counter(); [r.__setitem__(k, self[k] + o[k]) for k in {**self, **o}]; return r


class LRU:
    def __init__(self, n): self.n, self.d = n, {}
    def __call__(self, f):
        def g(*a):
            if a in self.d: v = self.d.pop(a)
            else:
                v = f(*a)
                if len(self.d) >= self.n: del self.d[next(iter(self.d))]
            self.d[a] = v
            return v
        g.cache = self.d
        return g


dd = DefaultDict(list)
for w in "to be or not to be that is".split(): dd[w[0]].append(w)
c = Counter("abracadabra")
print(dict(dd), c.most_common(2), (c + Counter("bz"))["b"], c["none"], len(c))
calls = []


@LRU(2)
def slow(x): calls.append(x); return x * x


print([slow(x) for x in (1, 2, 1, 3, 1, 2)], calls, list(slow.cache))


class Trie:
    def __init__(self): self.kids, self.end = {}, False
    def add(self, w):
        n = self
        for ch in w: n = n.kids.setdefault(ch, Trie())
        n.end = True
    def words(self, p=""):
        if self.end: yield p
        for ch in sorted(self.kids): yield from self.kids[ch].words(p + ch)
    def find(self, p):
        n = self
        for ch in p:
            if (n := n.kids.get(ch)) is None: return []
        return list(n.words(p))


t = Trie()
for w in "car card care cat dog do done".split(): t.add(w)
print(list(t.words()), t.find("car"), t.find("x"), t.find("do"))
graph = {"A": {"B": 4, "C": 2}, "B": {"C": 5, "D": 10}, "C": {"E": 3}, "D": {"F": 11}, "E": {"D": 4}, "F": {}}


def dijkstra(g, s):
    dist, h = {s: 0}, Heap()
    h.push((0, s))
    while len(h):
        d, u = h.pop()
        if d > dist[u]: continue
        for v, w in g[u].items():
            if d + w < dist.get(v, 10 ** 9): dist[v] = d + w; h.push((d + w, v))
    return dist


def toposort(g):
    seen, out = set(), []
    def visit(n, path=()):
        if n in path: raise ValueError("cycle " + "->".join(path + (n,)))
        if n not in seen:
            for m in sorted(g[n]): visit(m, path + (n,))
            seen.add(n); out.append(n)
    for n in sorted(g): visit(n)
    return out[::-1]


print(dijkstra(graph, "A"), toposort(graph))
try: toposort({"a": ["b"], "b": ["a"]})
except ValueError as e: print(e)


class Matrix:
    def __init__(self, rows): self.rows = [list(r) for r in rows]
    def __matmul__(self, o): return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])
    def __pow__(self, n): return Matrix([[int(i == j) for j in range(len(self.rows))] for i in range(len(self.rows))]) if n == 0 else (self @ self) ** (n // 2) @ (self if n % 2 else self ** 0)
    def __getitem__(self, ij): return self.rows[ij[0]][ij[1]]
    def __setitem__(self, ij, v): self.rows[ij[0]][ij[1]] = v
    def __neg__(self): return Matrix([[-x for x in r] for r in self.rows])
    def __repr__(self): return "\n".join(" ".join(f"{x:>4}" for x in r) for r in self.rows)
    @property
    def T(self): return Matrix(zip(*self.rows))
    def det(self):
        m = self.rows
        return m[0][0] if len(m) == 1 else sum((-1) ** j * m[0][j] * Matrix([r[:j] + r[j + 1:] for r in m[1:]]).det() for j in range(len(m)))


m = Matrix([[1, 2], [3, 4]])
m[0, 0] += 4
print(m, m @ m.T, (Matrix([[1, 1], [1, 0]]) ** 90)[0, 1], -m, Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 4]]).det(), sep="\n")


class UnionFind:
    def __init__(self): self.p = {}
    def find(self, x):
        self.p.setdefault(x, x)
        while self.p[x] != x: self.p[x] = x = self.p[self.p[x]]
        return x
    def join(self, a, b): self.p[self.find(a)] = self.find(b)


u = UnionFind()
for a, b in ((1, 2), (3, 4), (2, 5), (6, 6)): u.join(a, b)
groups = DefaultDict(set)
for x in list(u.p): groups[u.find(x)].add(x)
print(sorted(map(sorted, groups.values())))


class Ring:
    def __init__(self, n): self.buf, self.n = [], n
    def append(self, x): self.buf = [*self.buf, x][-self.n:]
    def __getitem__(self, i): return self.buf[i]
    def __len__(self): return len(self.buf)
    def __getattr__(self, name): return getattr(self.buf, name)


r = Ring(3)
for i in range(6): r.append(i)
print(list(r), r[-1], r.index(4), len(r), r.count(9), list(reversed(r)))
