# What traces assume changes while they run: globals, builtins, functions' code and defaults, modules, closures.
import builtins
import sys

limit = 10
counter = 0
table = {"a": 1}


def helper(x, k=1):
    return x + k


def use(n, change):
    global limit, counter
    out = []
    for i in range(n):
        if i == n // 2:
            change()
        counter += 1
        out.append((helper(i), limit, len(table), abs(-i)))
    return out[n // 2 - 1], out[n // 2], out[-1]


def nothing(): pass


def set_limit():
    global limit
    limit += 5


def set_table():
    table[len(table)] = 1


def set_code():
    helper.__code__ = (lambda x, k=1: x * 100 + k).__code__


def set_defaults():
    helper.__defaults__ = (7,)


def shadow():
    global abs
    abs = lambda v: "shadow"


def unshadow():
    global abs
    del abs


def patch_builtin():
    builtins.abs = lambda v: "patched"


def restore():
    builtins.abs = real_abs


def through_dict():
    globals()["limit"] = "through dict"


def replace():
    global helper
    helper = lambda x: ("replaced", x)


real_abs = builtins.abs
for change in (nothing, set_limit, set_table, set_code, set_defaults, shadow, unshadow, patch_builtin, restore, through_dict, replace):
    print(change.__name__, use(200, change))
print(counter)


def vanish(n):
    global gone
    gone = 1
    total = 0
    try:
        for i in range(n):
            total += gone
            if i == n - 20:
                del gone
    except NameError as e:
        return total, str(e)


print(vanish(200))


def module_attribute(n):
    out = set()
    for i in range(n):
        if i == n // 2:
            sys.fake = "second"
        out.add(sys.fake)
    return sorted(out)


sys.fake = "first"
print(module_attribute(200))


def closures(n):
    k = 1

    def inner(x):
        return x + k

    def bump():
        nonlocal k
        k += 1

    total = 0
    for i in range(n):
        total += inner(i)
        if i % 10 == 0:
            bump()
    made = []
    for i in range(n):
        made.append((lambda i: lambda: i)(i))
    return total, k, sum(f() for f in made)


print(closures(200))


def several(n):
    fs = [lambda x: x + 1, lambda x: x * 2, len, str, helper]
    out = []
    for i in range(n):
        f = fs[i % 5]
        try:
            out.append(f(i))
        except TypeError as e:
            out.append(str(e))
    return out[-5:]


print(several(200))


def arguments(n):
    def f(a, b=2, *rest, c=3, **more):
        return a + b + sum(rest) + c + sum(more.values())

    def g(a, b=2, /, c=3):
        return a, b, c

    total = 0
    for i in range(n):
        total += f(i) + f(i, 1) + f(i, 1, 2, 3) + f(i, c=1) + f(i, z=9)
        total += sum(g(i)) + sum(g(i, c=5)) + sum(g(1, i, 2))
    return total


print(arguments(150))
print([None] * 3 == [x for x in map(lambda _: None, range(3))], sum(x for x in range(200) if x % 3))
