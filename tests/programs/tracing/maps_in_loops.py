"""Maps of Python functions in hot loops: traces enter the function at once; and what comes of it when a function, or what it goes over, changes."""


def double(x): return x + x


def stop_at_three(x):
    if x == 3: raise StopIteration
    return x


def plain(n):
    total = 0
    for i in range(n):
        for y in map(double, [1, 2, i]): total += y
        total += sum(map(double, (1, 2, i))) + max(map(double, [3, i, 5])) + len(list(map(double, range(4))))
        total += len(",".join(map(str, range(5)))) + len("".join(map(lambda x: "ab", [1, 2])))
    return total


def ended(n):
    """A StopIteration that the function raises ends the loop; another exception is seen where the loop stands."""
    count = 0
    for i in range(n):
        try:
            for x in map(stop_at_three, [1, 2, 3, 4]): count += x
            for x in map(lambda v: 10 // (v - 2), [i % 4, 1]): count += x
        except ZeroDivisionError: count += 100
    return count


def changing(n):
    """Other functions, other kinds of iterators, other items."""
    functions = [double, str, lambda x: [x], float]
    sources = [lambda: [1, 2], lambda: (3.5, 4), lambda: range(2), lambda: iter({"a": 1}), lambda: "xy", lambda: (i for i in (7, 8))]
    seen = {}
    for i in range(n):
        f, s = functions[i % 4], sources[i // 4 % 6]
        try: key = repr(list(map(f, s())))
        except Exception as e: key = type(e).__name__
        seen[key.split(" at ")[0]] = seen.get(key.split(" at ")[0], 0) + 1
    return sorted(seen.items())


def shared(n):
    """The list grows while it is gone over; the map's iterator is used by others too."""
    total = 0
    for i in range(n):
        items = [1]
        def grow(x):
            if len(items) < 4: items.append(x + 1)
            return x
        it = iter(items)
        for x in map(grow, it):
            total += x
            if x == 2: total += next(it, 10)
    return total


for function in (plain, ended, changing, shared): print(function.__name__, function(1200))
