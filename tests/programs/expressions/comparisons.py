# Comparison chains, identity, membership, and every comparison between builtin types.
log = []


def see(x):
    log.append(x)
    return x


def check(text):
    log.clear()
    try:
        r = eval(text)
    except Exception as e:
        r = f"{type(e).__name__}: {e}"
    print(text, "=", r, log)


for text in ["see(1) < see(2) < see(3)", "see(3) < see(2) < see(1)", "see(1) < see(2) > see(1) == see(1) != see(2)",
             "see(1) in see([1]) == see([1])", "see(1) is see(1) is not see(None)", "not see(1) < see(2)",
             "see(1) < see(2) in see([2]) not in see([[3]])", "see(1) == see(1.0) == see(True)",
             "(see(3) > see(2)) > see(1)", "see(3) > (see(2) > see(1))", "see('a') < see('b') < see(1)"]:
    check(text)

values = [0, 1, -1, True, 1.0, 1.5, 1 + 0j, "a", "b", "", b"a", bytearray(b"a"), [1], [1, 2], (1,), (1, 2), None, {1}, {1, 2},
          frozenset([1]), {"a": 1}, range(2), range(0, 2, 1), slice(1), ..., NotImplemented, int, float("inf"), float("nan"), 10 ** 30]
for name, op in [("==", lambda a, b: a == b), ("!=", lambda a, b: a != b), ("<", lambda a, b: a < b), (">=", lambda a, b: a >= b)]:
    for i, a in enumerate(values):
        row = ""
        for b in values:
            try:
                r = op(a, b)
                row += "T" if r is True else "F" if r is False else "?"
            except TypeError as e:
                row += "-"
        print(name, i, row)
for op in ("<", "<=", ">", ">="):
    for a, b in ((1, "a"), (None, None), ([], ()), ({}, {}), (1j, 1), (slice(1), 2), (int, str), ("a", b"a"), (set(), []), (object, 1)):
        try:
            eval(f"a {op} b", {"a": a, "b": b})
        except TypeError as e:
            print(e)
print([1, 2] < [1, 3], [1] < [1, 0], [] < [0], (1, "a") < (2, 5), [1, [2, 3]] < [1, [2, 4]], "abc" < "abd", "a" < "ab", "Z" < "a")
try:
    [1, "a"] < [1, 2]
except TypeError as e:
    print(e)
print({1} < {1, 2}, {1, 2} <= {1, 2}, {1} > {2}, {1, 2} >= {1}, {3} < {1, 2}, frozenset() < {1}, {1} == frozenset([1]))
nan = float("nan")
print(nan == nan, nan != nan, nan < nan, [nan] == [nan], nan in [nan], (nan,) == (nan,), {nan: 1} == {nan: 1}, nan is nan, [nan] < [nan])
print(1 in [1.0], "a" in "abc", "" in "", "ac" in "abc", b"a" in b"ba", 97 in b"a", 3 in range(0, 10, 3), 4 in range(0, 10, 3),
      3.0 in range(5), 3.5 in range(5), "x" in {"x": 1}, [1] in [[1]], None in (None,), 1 not in {2}, 2 in (i for i in [1, 2, 3]))
for bad in ("1 in 1", "1 in 'a'", "'a' in b'a'", "[] in {1}", "[] in {}", "300 in b'a'", "1 in None", "1 in object()", "1 in int", "1.5 in bytearray(b'x')"):
    check(bad)
print(0.0 == -0.0, None is None, "" == b"", 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53 + 1,
      10 ** 400 > 1e308, 10 ** 400 == float("inf"), -10 ** 400 < float("-inf"), 0.1 == 1 / 10, 3 == 3 + 0j, True == 1.0)


class Odd:
    def __init__(self, answer): self.answer = answer
    def __eq__(self, other): return self.answer
    def __lt__(self, other): return self.answer
    def __contains__(self, item): return self.answer


print(Odd([]) == 1, Odd("yes") < 1, 1 in Odd([]), 1 in Odd("yes"), 1 not in Odd("x"), Odd(0) == 1 == 1, Odd(5) < 2 < 3, 1 == Odd("rev"))
print([Odd(True)] == [1], [Odd(0)] == [1], [1] == [Odd("true")], (Odd([]),) != (1,), 5 in [Odd(1)], [1, 2].index(2), [Odd(0), 7].count(7))
