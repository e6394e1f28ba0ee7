# Big integers of lengths around those where the algorithms change, with digits that provoke carries, borrows and wrong estimates of quotients.
state = 12345


def random(bits):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
    n = state
    while n.bit_length() < bits: n = n * 6364136223846793005 + state
    return n % (1 << bits)


def number(digits):
    kind = random(2)
    if kind == 0: n = random(30 * digits)
    elif kind == 1: n = (1 << 30 * digits) - 1 - random(3)
    elif kind == 2: n = sum((0, 0, (1 << 30) - 1, 1, 1 << 29)[random(8) % 5] << 30 * i for i in range(digits))
    else: n = 1 << (30 * digits - random(2))
    return -n if random(2) == 0 else n


def check(a, b):
    """Everything once, and again in another way."""
    assert a + b - b == a and a - b + b == a and (a + b) * (a - b) == a * a - b * b
    out = [a + b, a - b, a * b]
    if b:
        q, r = divmod(a, b)
        assert q == a // b and r == a % b and q * b + r == a and (0 <= r < b or b < r <= 0), (a, b)
        out += [q, r]
    return hash(tuple(out))


lengths = [1, 2, 3, 4, 7, 8, 15, 16, 17, 23, 24, 25, 31, 32, 33, 39, 40, 41, 64, 80]
total = 0
for x in lengths:
    for y in lengths:
        for _ in range(3):
            total = hash((total, check(number(x), number(y))))
print(total)
# Quotients of one or two digits, exact and nearly so.
for length in lengths:
    b = number(length) | 1
    for q in (1, 2, 3, 10, (1 << 30) - 1, 1 << 30, (1 << 59) + 3, (1 << 60) - 1):
        for d in (-2, -1, 0, 1, abs(b) - 1):
            a = b * q + d
            assert a // b * b + a % b == a and -a // b == -(a // b) - (a % b != 0), (a, b)
            total = hash((total, check(a, b), check(-a, b), check(a, -b), check(a * 10, b)))
print(total)


def pi(n):
    """Digits of pi, one by one."""
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    while n:
        if 4 * q + r - t < m * t:
            yield m
            n -= 1
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2


print("".join(map(str, pi(300))))
