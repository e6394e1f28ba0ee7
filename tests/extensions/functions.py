# Arguments, results, errors and calls of C functions.
import sys
sys.path.insert(0, sys.argv[1])
import exercise as x


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except BaseException as e:
        print(type(e).__name__, e, e.__cause__ and repr(e.__cause__))


print(x.__name__, x.__doc__, x.ANSWER, x.NAME, x.Error.__mro__, x.Error.__doc__, x.Error.__module__)
print(x.parse, x.parse.__doc__, x.parse.__self__ is x)
show(x.parse, 1, 2, 3.5, 4, [], "text")
show(x.parse, 1, 2, 3.5, 4, [1], b"by\0tes", "zed", {})
show(x.parse, 1, 2, 3.5, 4, 0, "a\0b", None)
for args in [(), (1,), (1,) * 9, ("1", 2, 3.5, 4, 0, ""), (1, 2.5, 3.5, 4, 0, ""), (2**40, 2, 3.5, 4, 0, ""), (1, 2**80, 3.5, 4, 0, ""), (1, 2, "x", 4, 0, ""),
             (1, 2, 3, 256, 0, ""), (1, 2, 3, -1, 0, ""), (1, 2, 3, 4, 0, 5), (1, 2, 3, 4, 0, None), (1, 2, 3, 4, 0, "", 7), (1, 2, 3, 4, 0, "", "a\0")]:
    show(x.parse, *args)
show(x.parse, 1, key=2)
show(x.parse_keywords, 0)
show(x.parse_keywords, 0, 5, "s", third=())
show(x.parse_keywords, 0, second="k", first=9)
show(x.parse_keywords)
show(x.parse_keywords, 0, 1, 2, 3)
show(x.parse_keywords, 0, 1, "2", 3)
show(x.parse_keywords, 0, 1, first=2)
show(x.parse_keywords, 0, bad=2)
show(x.parse_keywords, 0, first="x")
show(x.parse_keywords, first=1)
show(x.nested, 1, (2, 3), b"abc")
show(x.nested, 1, [2, 3], memoryview(b"abcd"))
show(x.nested, 1, (2,), b"")
show(x.nested, 1, 5, b"")
show(x.nested, 1, (2, "3"), b"")
show(x.nested, 1, (2, 3), "text")
show(x.many)
show(x.many, 1)
show(x.format, "é")
show(x.format, [1, "two"])
show(x.format)
show(x.raise_, ValueError, "text")
show(x.raise_, None, "text")
show(x.raise_, KeyError, "text")
show(x.raise_, int, "text")
show(x.fetch, lambda: 1 / 0)
show(x.fetch, lambda: x.raise_(KeyError, "k"))
show(lambda: x.nothing())
show(lambda: x.both())
show(x.calls, lambda *a, **k: (a, k))
show(x.calls, print)
show(x.containers)
for s in ["", "a", "abc", "äöü", "€uro", "\U0001f600x", "\ud800", 5]:
    show(x.text, s)
c = x.capsule()
print(repr(c)[:34], x.from_capsule(c))
show(x.from_capsule, 5)
try:
    1 / 0
except ZeroDivisionError as e:
    print(x.handled())
print(x.handled())
print(x.count() > 5)
