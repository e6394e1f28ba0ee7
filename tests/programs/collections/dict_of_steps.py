# dict() and update() of iterators: what was taken when a pair is wrong, keys that ask Python halfway, what they do to the dict meanwhile.
import sys


class Key:
    def __init__(self, name): self.name = name
    def __repr__(self): return f"Key({self.name})"
    def __hash__(self):
        log.append(("hash", self.name))
        return hash(self.name)
    def __eq__(self, other):
        log.append(("eq", self.name, repr(other)))
        return self.name == (other.name if isinstance(other, Key) else other)


def show(f):
    log.clear()
    try: answer = f()
    except Exception as e: answer = type(e).__name__, str(e)
    print(answer, log[:12], len(log))


log = []
names = ["a", "b", "c", "d"]
show(lambda: dict(zip(names, range(4))))
show(lambda: dict(zip(map(Key, names), range(4))))
show(lambda: dict(enumerate(names)))
show(lambda: dict(reversed([("x", 1), ("y", 2), ("x", 3)])))
show(lambda: dict(iter([["a", 1], ("b", 2), "cd", Key, ("e", 3)])))
show(lambda: dict(iter([("a", 1), ("b",), ("c", 3)])))
show(lambda: dict(iter([("a", 1), 5, ("c", 3)])))
show(lambda: dict(iter([("a", 1), ([], 2), ("c", 3)])))
show(lambda: dict(zip(["a", Key("a"), "b", Key("b"), "a"], range(5))))
show(lambda: dict(zip(["a", Key("a"), "b"], range(5)), c=5, a=6))
show(lambda: dict({1: 2}.items()))
show(lambda: dict({Key("k"): 2}.items()))
show(lambda: dict(sorted({"z": 1, "y": 2}.items())))
show(lambda: dict({"ab", "cd"}) == {"a": "b", "c": "d"})
show(lambda: dict(iter(["ab", "cd"])))
show(lambda: dict("ab"))
show(lambda: dict(b"ab"))
show(lambda: dict(range(3)))
show(lambda: dict(zip()))
show(lambda: dict(zip("ab", "c", strict=True)))
it = iter([("a", 1), 5, ("c", 3)])
show(lambda: dict(it))
print(list(it))
it = zip(names, iter(range(10)))
d = {}
show(lambda: d.update(zip(["x", "x", None], [1, 2, 3])))
print(d)
d = {Key("p"): 0}
show(lambda: d.update(zip(["o", "p", "q"], [1, 2, 3])))
print(d)
show(lambda: d.update(iter([("r", 1), ("s", 2, 3), ("t", 4)])))
print(d)
show(lambda: d.update(zip(["u"], [1]), v=2))
print(d)


class Sub(dict):
    def __setitem__(self, key, value): log.append(("set", key))


s = Sub()
show(lambda: s.update(zip("ab", "cd")))
print(s, Sub(zip("ab", "cd")))


class Meddles:
    def __init__(self, d): self.d = d
    def __hash__(self):
        self.d["meddled"] = len(self.d)
        return 1
    def __eq__(self, other): return self is other
    def __repr__(self): return "Meddles"


d = {}
show(lambda: d.update(zip(["a", Meddles(d), "b"], range(3))))
print(d)
source = [("a", 1)]
class Adds:
    def __hash__(self):
        source.append(("added", len(source)))
        return 7
    def __repr__(self): return "Adds"
source += [(Adds(), 2), ("z", 3)]
show(lambda: dict(iter(source)))
print(sys.getrefcount(names) < 10)
