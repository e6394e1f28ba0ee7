# Hot loops over numbers: overflow boundaries, signs, zeros, not-a-number, bools among ints, type changes in mid-loop.


def grow(x, times, step):
    seen = []
    for i in range(times):
        x = x + step
        if i % 50 == 0:
            seen.append(x)
    return seen, x


for start in (0, 2**30 - 40, 2**60 - 100, 2**62, 2**63 - 150, -(2**30) + 40, -(2**60) + 100, -(2**63) + 150):
    for step in (1, -1, 2**29, -(2**59)):
        print(start, step, grow(start, 300, step))


def power(base, n):
    x = 1
    for _ in range(n):
        x *= base
    return x


print([power(b, 100) for b in (2, -2, 3, 10, 0, 1, -1)])
print([power(b, 70) for b in (0.5, -2.0, 1e10, float("inf"), -0.0)])


def divide(n):
    out = []
    for i in range(-n, n):
        if i:
            out.append((7 * n // i, 7 * n % i, -i // 3, -i % 3, i / 4, i >> 2, (i & 255) << 3, i ^ 5, i | 64, ~i, -i))
    return out[::37]


print(divide(200))


def floats(n):
    x, y, z = 0.0, -0.0, float("nan")
    marks = []
    for i in range(n):
        x = x * 0.5 + i
        y = y * -1.0
        z = z + 1
        if i % 40 == 0:
            marks.append((x, y, str(y), z == z, x < z, x != z, x // 3, x % 7, -x % 7, x ** 0.5, x ** -1.5 if x else None))
    return marks


print(floats(200))


def changes(values):
    total = 0
    for v in values:
        total = total + v
    return total, type(total).__name__


ints = [1] * 150
print(changes(ints), changes(ints + [0.5] * 100), changes(ints + [True] * 100), changes([True] * 200))
print(changes(ints + [2**70] * 5 + ints), changes([0.25] * 100 + ints + [1j]))
try:
    changes(ints + ["x"])
except TypeError as e:
    print(e)
print(changes([2**62] * 3 + ints + [-(2**63)] * 3))


def bools(n):
    yes = no = 0
    flag = True
    for i in range(n):
        flag = not flag if i % 3 else i > 50
        yes += flag
        no += not flag
        if flag and i & 1 or not i % 7:
            yes += True
    return yes, no, flag, type(flag).__name__, True & flag, flag | False, flag ^ True


print(bools(300))


def compare(n):
    c = [0] * 8
    for i in range(n):
        x = i / 2
        c[0] += i < 100.5
        c[1] += x == i // 2
        c[2] += i != x
        c[3] += 2**53 + i > float(2**53)
        c[4] += i <= True
        c[5] += x >= n
        c[6] += (i is None) + (x is not None)
        c[7] += 0 <= i < 50
    return c


print(compare(250))


def shifts(n):
    s = 0
    for i in range(n):
        s += (1 << (i % 70)) >> (i % 5)
        s ^= i << 2
    return s


print(shifts(300))


def errors(n, zero_at):
    hits = []
    for i in range(n):
        try:
            hits.append(100 // (i - zero_at) if i % 2 else 1.0 / (i - zero_at))
        except ZeroDivisionError as e:
            hits.append(str(e))
    return hits[zero_at - 2:zero_at + 3], len(hits)


print(errors(200, 150), errors(200, 151))


def fact(n):
    x = 1
    while n > 1:
        x *= n
        n -= 1
    return x


print([fact(n) for n in (1, 5, 20, 21, 25, 60)], fact(300) % 1_000_003)


def collatz(limit):
    best = (0, 0)
    for start in range(1, limit):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > best[1]:
            best = (start, steps)
    return best


print(collatz(700))
