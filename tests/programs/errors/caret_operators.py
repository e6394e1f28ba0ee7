# Binary operators and subscripts get a marker of their own inside the caret line.
def f(a, b): return a + 1 + (b  *  2  //  0) + a


def g(d): return d["x"]  ["y"]   [0]


try:
    f(1, 2)
except ZeroDivisionError:
    g({"x": {"y": []}})
