# Every kind of assignment target, and the order in which the parts are evaluated.
log = []


def see(tag, value=None):
    log.append(tag)
    return value


class Box:
    def __setattr__(self, name, value):
        log.append(("setattr", name, value))
        object.__setattr__(self, name, value)

    def __setitem__(self, key, value):
        log.append(("setitem", key, value))


def flush():
    print(log)
    log.clear()


a = b = c = [1]
print(a is b is c, a)
(x, y) = [z, w] = 3, 4
print(x, y, z, w)
x, y = y, x
print(x, y)
i, a[i] = 0, 7
print(i, a)
first, *rest = "hello"
*init, last = range(4)
head, *middle, tail = (1, 2)
print(first, rest, init, last, head, middle, tail)
(p, (q, [r, *s])), t = (1, (2, (3, 4, 5))), 6
print(p, q, r, s, t)
[] = ()
() = []
[*everything] = {"k": 1}
print(everything)

see("rhs", Box()).attr = see("value", 5)
flush()
see("box", Box())[see("key", "k")] = see("value", 9)
flush()
box = Box()
box.one, box["two"], *box.three = see("v", [1, 2, 3, 4])
flush()
box.a = box["b"] = see("both", "v")
flush()


def targets():
    return see("t1", Box()), see("t2", Box())


targets()[see("index", 0)].x = see("val", 1)
flush()

for box["loop"], second in [(1, 2), (3, 4)]:
    pass
flush()
print(second)

for bad, message in [
    ("a, b = 1", ""), ("a, b = 1, 2, 3", ""), ("a, b = (1,)", ""), ("a, *b, c = 1,", ""),
    ("(a, b), c = 1, 2", ""), ("a, b = {1: 2}", ""), ("a, b = 'abc'", ""), ("[a] = []", ""),
    ("a, b = None", ""), ("a.b = 1", ""), ("(1).x = 2", ""), ("'s'[0] = 1", ""), ("(1, 2)[0] = 3", ""),
    ("range(3)[0] = 1", ""), ("None.x = 1", ""), ("len.x = 1", ""), ("int.x = 1", ""), ("object().x = 1", ""),
]:
    try:
        exec(bad, {"a": 5} if bad == "a.b = 1" else {})
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
    else:
        print(bad, "-> no error")

x = 1
x: int = 2
print(x)
value = (yielded := 10) + yielded
print(value, yielded)

a = [1, 2, 3]
a[1:2] = ["x", "y"]
a[len(a):] = [9]
a[::2] = "three"[:3]
print(a)
alias = a
alias += [0]
print(a is alias, a)
data = {}
data["n"], data["m"] = 1, 2
data["n"] += 5
print(data)


def local_targets():
    a, b = 1, 2
    a, b, c = b, a, a + b
    (a), [b] = a * 10, [b * 10]
    return a, b, c


print(local_targets())
