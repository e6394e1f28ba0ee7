# __len__ __getitem__ __setitem__ __delitem__ __contains__ __iter__ __reversed__ __missing__ __length_hint__ and their fallbacks.
log = []


class Seq:
    """Only the old sequence protocol."""
    def __init__(self, n): self.n = n
    def __getitem__(self, i):
        log.append(i)
        if isinstance(i, slice): return i
        if i >= self.n: raise IndexError("end")
        return i * 10


s = Seq(3)
print(list(s), 20 in s, 5 in s, tuple(s), [*s], max(s), sum(s), dict(zip(s, s)), s[1:2], log)
a, b, c = s
print(a, b, c, list(iter(s)), "end")
try:
    reversed(s)
except TypeError as e:
    print(e)
Seq.__len__ = lambda self: self.n
print(list(reversed(s)), len(s), bool(Seq(0)), bool(s))


class Stops:
    def __getitem__(self, i):
        if i == 2: raise StopIteration
        return i


class Fails:
    def __getitem__(self, i):
        if i == 2: raise KeyError("not index")
        return i


print(list(Stops()))
try:
    list(Fails())
except KeyError as e:
    print(e)


class Contains:
    def __init__(self, answer): self.answer = answer
    def __contains__(self, x):
        if isinstance(self.answer, Exception): raise self.answer
        return self.answer
    def __iter__(self): print("never iterated"); return iter(())


for v in (1, 0, "x", "", None, [], ZeroDivisionError("in")):
    try:
        print(1 in Contains(v), 1 not in Contains(v))
    except Exception as e:
        print(type(e).__name__, e)


class NoContains(list): __contains__ = None
class NoIter(list): __iter__ = None
class Plain: pass
class BadIter:
    def __iter__(self): return 5
class NoneIter:
    __iter__ = None
    def __getitem__(self, i): return i


for text in ("1 in NoContains([1])", "1 in NoIter([1])", "list(NoIter([1]))", "1 in Plain()", "for x in Plain(): pass", "list(BadIter())", "1 in BadIter()", "list(NoneIter())", "1 in NoneIter()", "[*BadIter()]", "a, b = BadIter()", "Plain()[0]", "Plain()[0] = 1",
             "del Plain()[0]", "len(Plain())", "reversed(Plain())", "iter(Plain())", "next(Plain())", "list(NoIter([5]))", "[] + NoIter()", "sum(NoIter([1]))", "print(*NoIter([1]))", "yielded = [*NoContains([1, 2])]; print(yielded)"):
    try:
        exec(f"print({text})" if text[0] in "1lrisn[" and "= " not in text else text)
    except Exception as e:
        print(text, "->", type(e).__name__, e)


class Missing(dict):
    def __missing__(self, key):
        log.append(f"missing {key}")
        if key == "bad": raise KeyError("custom", key)
        self[key] = value = f"new {key}"
        return value


log.clear()
m = Missing(a=1)
print(m["a"], m["b"], m["b"], m.get("c"), "c" in m, m.setdefault("d", 5), m, log, "{a} {z}".format_map(m), "%(q)s" % m)
try:
    m["bad"]
except KeyError as e:
    print(e, e.args)


class MissingFails(dict):
    __missing__ = None


try:
    MissingFails()["x"]
except TypeError as e:
    print(e)


class Hint:
    def __init__(self, hint, n=3): self.hint, self.n = hint, n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration
        return self.n
    def __length_hint__(self):
        log.append("hint")
        if isinstance(self.hint, Exception): raise self.hint
        return self.hint


for hint in (3, 0, 100, NotImplemented, -1, "x", 1.5, TypeError("t"), ValueError("v")):
    log.clear()
    try:
        print(hint, list(Hint(hint)), log)
    except Exception as e:
        print(repr(hint), type(e).__name__, e)


class Len:
    def __init__(self, v): self.v = v
    def __len__(self): return self.v


class Ix:
    def __index__(self): return 4


for v in (0, 5, True, Ix(), -1, 2.0, "3", None, 2 ** 63, 2 ** 63 - 1, 10 ** 30):
    try:
        print(len(Len(v)))
    except Exception as e:
        print(type(e).__name__, e)


class Rev:
    def __reversed__(self): return "anything at all"
class RevNone(list): __reversed__ = None


print(reversed(Rev()), type(reversed([])).__name__, type(reversed(())).__name__, type(reversed({})).__name__, type(reversed(range(3))).__name__)
try:
    reversed(RevNone())
except TypeError as e:
    print(e)


class Grid:
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d.get(k, "empty")
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __contains__(self, k): return k in self.d
    def __iter__(self): return iter(sorted(self.d))
    def __len__(self): return len(self.d)


g = Grid()
g[1, 2] = "a"; g[0, 0] = "b"; g[1, 2] += "c"
print(g[1, 2], g[9, 9], (0, 0) in g, list(g), len(g))
del g[0, 0]
print(list(g), 1 if g else 0)
try:
    del g[7]
except KeyError as e:
    print(repr(e))
