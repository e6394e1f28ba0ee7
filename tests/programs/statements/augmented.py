# Augmented assignment: every operator, every target, evaluation once, in-place methods.
n = 100
n += 7; print(n)
n -= 3; print(n)
n *= 2; print(n)
n //= 3; print(n)
n %= 50; print(n)
n **= 2; print(n)
n <<= 3; print(n)
n >>= 1; print(n)
n &= 0xFF0; print(n)
n |= 0b101; print(n)
n ^= 0xF; print(n)
n /= 4; print(n)


class Matrix:
    def __init__(self, v): self.v = v
    def __matmul__(self, other): return Matrix(self.v @ other.v if hasattr(self.v, "v") else self.v * other.v + 1)
    def __repr__(self): return f"Matrix({self.v})"


m = Matrix(3)
m @= Matrix(4)
print(m)

log = []


class Thing:
    def __init__(self): self.__dict__["value"] = 10
    def __getattr__(self, name): log.append("getattr " + name); return 1
    def __setattr__(self, name, value): log.append(f"setattr {name} {value}")
    def __getitem__(self, key): log.append(f"getitem {key}"); return 5
    def __setitem__(self, key, value): log.append(f"setitem {key} {value}")


def get(tag, v):
    log.append(tag)
    return v


get("obj", Thing()).missing += get("right", 2)
get("obj", Thing())[get("key", "k")] *= get("right", 3)
get("obj", Thing())[get("lo", 1):get("hi", 2)] -= get("right", 4)
print("\n".join(log))


class Acc:
    def __init__(self): self.items = []
    def __iadd__(self, other): self.items.append(other); return self
    def __add__(self, other): return "add %r" % (other,)
    def __imul__(self, other): return NotImplemented
    def __mul__(self, other): return "mul %r" % (other,)


a = b = Acc()
a += 1
a += "two"
print(a is b, a.items)
a *= 3
print(a, b.items)

l = k = [1, 2]
l += (3,)
l += "ab"
l *= 2
print(l is k, l)
t = u = (1, 2)
t += (3,)
print(t, u)
s = z = {1, 2}
s |= {3}
s &= {1, 3, 5}
s ^= {3, 4}
s -= {4}
print(s is z, s)
d = e = {"a": 1}
d |= {"b": 2}
d |= [("c", 3)]
print(d is e, d)
ba = bb = bytearray(b"x")
ba += b"yz"
ba *= 2
print(ba is bb, ba)

# A tuple that holds a list: the list changes, then the assignment fails.
pair = ([1], 2)
try:
    pair[0] += [2]
except TypeError as err:
    print(err, pair)

for stmt in ["x = 1; x += 'a'", "x = 'a'; x -= 1", "x = []; x += 1", "x = {}; x |= 1", "x = 1; x @= 2", "x = 1.5; x <<= 1",
             "x = {1}; x |= [2]", "x += 1", "x = None; x **= 2", "x = (); x *= 'a'", "x = 1; x //= 0", "x = 1; x %= 0.0"]:
    try:
        exec(stmt, {})
    except Exception as err:
        print(stmt, "->", type(err).__name__, err)


def loop():
    total = 0
    for i in range(20):
        total += i
        total ^= i << 2
        total -= 1
    return total


print(loop())
counter = 0


def bump():
    global counter
    counter += 1


def outer():
    count = 0
    def inner():
        nonlocal count
        count += 2
        return count
    inner()
    inner()
    return count


for _ in range(3): bump()
print(counter, outer())
