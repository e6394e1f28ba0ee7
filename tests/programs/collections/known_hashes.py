# Where a key's hash is known it is not asked for again, and what is looked up once is compared once.

class Key:
    hashed = compared = 0
    def __init__(self, n): self.n = n
    def __hash__(self):
        Key.hashed += 1
        return self.n % 4
    def __eq__(self, other):
        Key.compared += 1
        return self.n == other.n
    def __repr__(self): return "K%d" % self.n

def counts(what):
    print(what, Key.hashed, Key.compared)
    Key.hashed = Key.compared = 0

d = dict.fromkeys(map(Key, range(3)))
counts("fromkeys")
for kind in (set, frozenset):
    s = kind(d)
    Key.hashed = Key.compared = 0
    print(sorted(dict.fromkeys(s, 1), key=lambda k: k.n))
    counts("fromkeys of set")
dict.fromkeys(d, 2)
counts("fromkeys of dict")
a, b = Key(0), Key(4)
e = {a: 1}
counts("display")
print(e.setdefault(b, 2), e)
counts("setdefault, new")
print(e.setdefault(Key(4), 3))
counts("setdefault, there")

class S(set): pass
for call in (lambda: S(x=1), lambda: S([1], x=1), lambda: set(x=1), lambda: frozenset(x=1), lambda: S([1]).__init__([2], y=1)):
    try: print(call())
    except TypeError as error: print(error)
