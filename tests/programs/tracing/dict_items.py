# Loops over a dict's items, whose pairs need not be made: unpacked, kept whole, nested, with a dict that changes, ends and errors in the middle.
def unpacked(d):
    total, keys = 0, []
    for k, v in d.items():
        total += v
        if v % 40 == 0: keys.append(k)
    return total, keys


def whole(d):
    kept = []
    for item in d.items():
        if item[1] % 50 == 0: kept.append(item)
    return kept, len({id(item) for item in kept}) == len(kept)


def swapped(d): return {v: k for k, v in d.items()}


def nested(d):
    out = []
    for k, (a, b) in d.items():
        if a > b: out.append((k, a - b))
    return out


def changes(d, at):
    seen = 0
    try:
        for k, v in d.items():
            seen += v
            if v == at: d["new"] = 1
    except RuntimeError as e: return seen, str(e)
    return seen


def leaves(d, at):
    for k, v in d.items():
        if v == at: return k, v
    return None


def mixed(d):
    total = 0
    for k, v in d.items():
        total = total + v
    return total


def starred(d):
    out = 0
    for k, *rest in d.items(): out += len(rest) + rest[0]
    return out


class Noisy:
    made = gone = 0
    def __init__(self): Noisy.made += 1
    def __del__(self): Noisy.gone += 1


def replaced(d):
    # The last reference to a value goes while the loop holds it.
    count = 0
    for k, v in d.items():
        d[k] = None
        count += isinstance(v, Noisy)
    return count


class D(dict):
    def items(self): return [(k, -v) for k, v in super().items()]


numbers = {str(i): i for i in range(300)}
for _ in range(6):
    print(unpacked(numbers), whole(numbers)[0][:3], whole(numbers)[1], len(swapped(numbers)), leaves(numbers, 250), leaves(numbers, -1))
    print(changes(dict(numbers), 100), changes(dict(numbers), 299), changes(dict(numbers), -1), starred(numbers))
print(nested({i: (i % 7, i % 5) for i in range(200)})[-3:])
print(mixed({i: i for i in range(200)}), mixed({i: i / 2 for i in range(200)}), mixed({i: i if i < 150 else i / 2 for i in range(200)}), unpacked(D(numbers)))
try: nested({i: (i, 1) if i < 180 else 5 for i in range(200)})
except TypeError as e: print(e)
try: unpacked({i: i if i < 180 else "x" for i in range(200)})
except TypeError as e: print(e)
print(replaced({i: Noisy() for i in range(200)}), Noisy.made, Noisy.gone)
it = iter(numbers.items())
print(sum(v for k, v in it), next(it, "end"))
# Attributes of instances, and keyword arguments, are dicts that are made otherwise.
class A: pass
a = A()
for i in range(30): setattr(a, f"x{i}", i)
for _ in range(20): total = sum(v for k, v in vars(a).items()), unpacked(a.__dict__)[0]
print(total, (lambda **kw: unpacked(kw)[0])(**numbers))
