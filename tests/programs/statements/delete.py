# del of names, attributes, items, slices; of locals, globals, cells; and what happens afterwards.
x = 1
del x
try:
    x
except NameError as e:
    print(e)
a, b, c = 1, 2, 3
del a, (b, [c])
print([n for n in ("a", "b", "c") if n in globals()])
del ()


class C:
    def __delattr__(self, name):
        print("delattr", name)
        if name == "bad":
            raise AttributeError("refused " + name)
        object.__delattr__(self, name)

    def __delitem__(self, key):
        print("delitem", key)


c = C()
c.x = 1
del c.x, c["k"], c[1:2], c[1, 2], c[...]
for name in ("x", "bad"):
    try:
        delattr(c, name)
    except AttributeError as e:
        print(type(e).__name__, e)

items = list(range(10))
del items[0], items[-1]
print(items)
del items[1:4]
print(items)
del items[::2]
print(items)
del items[5:], items[:0]
print(items)
d = {"a": 1, "b": 2}
del d["a"]
print(d)


def f(n):
    value = n
    if n > 1:
        del value
    try:
        return value
    except UnboundLocalError as e:
        return str(e)


print(f(1), f(2))


def unbound():
    del never


def cell():
    captured = 1
    def use():
        return captured
    print(use())
    del captured
    try:
        use()
    except NameError as e:
        print(type(e).__name__, e)
    captured = 2
    return use()


print(cell())


def delete_in_inner():
    value = 5
    def inner():
        nonlocal value
        del value
    inner()
    try:
        print(value)
    except NameError as e:
        print(type(e).__name__, e)


delete_in_inner()
G = 1


def drop_global():
    global G
    del G


drop_global()
try:
    drop_global()
except NameError as e:
    print(e)

for stmt in ["del q", "del (1).real", "del [][0]", "del {}['k']", "del 'abc'[0]", "del (1,2)[0]", "del None.x", "del int.x",
             "del len.__name__", "o = object(); del o.x", "class D: pass\ndel D.y", "del [1,2,3]['a']", "del b'x'[0]"]:
    try:
        exec(stmt, {})
    except Exception as e:
        print(repr(stmt), "->", type(e).__name__, e)
try:
    unbound()
except Exception as e:
    print(type(e).__name__, e)


class Loud:
    def __init__(self, n): self.n = n
    def __del__(self): print("gone", self.n)


v = Loud(1)
w = v
del v
print("still there")
del w
print("after")
boxes = [Loud(2), Loud(3)]
del boxes[0]
del boxes
print("end")
for i in range(2):
    del i
print("i" in globals())
try:
    raise ValueError("e")
except ValueError as exc:
    del exc
print("exc" in globals())
