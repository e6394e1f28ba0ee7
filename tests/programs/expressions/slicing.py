# Subscripts and slices: all builtin sequences, negative steps, assignment, __index__, and what a subscript passes on.
class Show:
    def __getitem__(self, key): return key
    def __setitem__(self, key, value): print("set", key, value)
    def __delitem__(self, key): print("del", key)
    def __class_getitem__(cls, key): return ("class", key)


s = Show()
print(s[1], s[1, 2], s[1,], s[()], s[:], s[1:], s[:2], s[::3], s[1:2:3], s[1:2, 3], s[..., None], s[1:2, ::3, ...], s["a":"b"], s[s[1]], s[(1, 2)])
print(s[*[1, 2]], s[*"ab", 3], s[0, *(), 1], Show[1], Show[1:2, "x"], s[x := 5], x, s[lambda: 1](), s[-1], s[not 1], s[None:None:None])
s[1] = 2
s[1:2] = 3
s[1, 2:3] = 4
del s[1], s[::2], s[1, 2]
s[1] = s[2] = "both"

for seq in ("abcdefg", b"abcdefg", list("abcdefg"), tuple("abcdefg"), range(10, 17), bytearray(b"abcdefg")):
    row = []
    for sl in (slice(None), slice(2), slice(2, 5), slice(-3, None), slice(None, -2), slice(None, None, 2), slice(None, None, -1), slice(5, 1, -2),
               slice(-1, -8, -3), slice(100), slice(-100, 100), slice(3, 3), slice(5, 2), slice(10 ** 30), slice(None, None, 10 ** 30), slice(None, None, -10 ** 30), slice(True, 4)):
        row.append(seq[sl])
    print(row)
    print(seq[0], seq[-1], seq[True], seq[-7])
    for bad in (7, -8, 10 ** 30, "a", 1.0, None, (1,), slice(1.5), slice("a"), slice(None, None, 0)):
        try:
            print(seq[bad])
        except Exception as e:
            print(type(e).__name__, e)


class Ix:
    def __init__(self, v): self.v = v
    def __index__(self):
        if isinstance(self.v, Exception): raise self.v
        return self.v


print([1, 2, 3][Ix(1)], "abc"[Ix(-1)], (1, 2, 3)[Ix(0):Ix(2)], range(5)[Ix(2)], b"abc"[Ix(2)], [1, 2, 3][::Ix(-1)])
for bad in (Ix("x"), Ix(1.0), Ix(ValueError("from index")), Ix(99)):
    for seq in ([1, 2], "ab", (1,)):
        for key in (bad, slice(bad)):
            try:
                print(seq[key])
            except Exception as e:
                print(type(e).__name__, e)

a = list(range(10))
a[2:4] = "wxyz"
print(a)
a[::3] = [0] * 4
print(a)
a[5:5] = [1, 2]
a[-1:] = ()
print(a)
a[3:1] = ["empty"]
print(a)
a[:] = a[::-1]
print(a)
a[1:4] = a
print(a)
for target, value in ((slice(0, 4, 2), [1]), (slice(None, None, -1), [1, 2]), (slice(0, 1), 5), (slice(0, 2), None), (slice(0, 4, 2), 1), (50, 1), ("a", 1), (slice(0, 0, 0), [])):
    try:
        a[target] = value
    except Exception as e:
        print(type(e).__name__, e)
b = bytearray(b"abcdef")
b[1:3] = b"XYZ"
b[0] = 65
b[-1:] = [70, 71]
del b[::2]
print(b)
for target, value in ((0, 256), (0, "a"), (slice(0, 1), "a"), (slice(0, 1), 5), (slice(0, 1), [300]), (99, 1), (slice(0, 4, 2), b"x"), (0, -1)):
    try:
        b[target] = value
    except Exception as e:
        print(type(e).__name__, e)
print(b)
sl = slice(1, 2, 3)
print(sl, sl.start, sl.stop, sl.step, sl == slice(1, 2, 3), sl != slice(1), slice("a", [1], None), slice(5), slice(1, 5).indices(3), slice(None, None, -1).indices(5), slice(-3, -1).indices(10))
for bad in (lambda: slice(), lambda: slice(1, 2, 3, 4), lambda: hash(sl), lambda: slice(1).indices(-1), lambda: slice("a").indices(3), lambda: slice(None, None, 0).indices(2), lambda: slice(start=1)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
for bad in ("ONE[0]", "NONE[0]", "len[0]", "F[1]", "int[0]", "object[1]", "list[0]", "{}['k']", "{}[[]]", "SET[0]", "HALF[0]", "DOTS[0]", "type[int]", "print[1]"):
    try:
        print(eval(bad, {"ONE": 1, "NONE": None, "F": lambda: 0, "SET": {1}, "HALF": 0.5, "DOTS": ...}))
    except Exception as e:
        print(bad, type(e).__name__, e)
