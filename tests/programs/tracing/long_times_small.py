"""Long integers times integers that a trace keeps as machine numbers: both orders, signs, sizes, and products that are short again."""


def factorial(n):
    r = 1
    while n > 1:
        r *= n
        n -= 1
    return r


def scaled(start, factors):
    left = right = start
    out = 0
    for k in factors:
        left = left * k
        right = k * right
        if left != right: return "differ", k
        out ^= left
        if left.bit_length() > 4000: left = right = start
    return out


def mixed(n):
    big, seen = 1 << 200, []
    for i in range(n):
        k = i - n // 2
        p = big * k
        seen.append((p, k * big, p == 0, type(p)))
        if i == n - 3: big = True
        elif i == n - 2: big = 1.5
        else: big += k
    return seen


def edges():
    out = []
    for big in (1 << 60, -(1 << 60), (1 << 90) - 1, 1 - (1 << 120), 10 ** 40):
        for k in (0, 1, -1, 2 ** 29, 2 ** 30 - 1, 2 ** 30, -2 ** 30, 2 ** 59, 2 ** 60 - 1, 1 - 2 ** 60, 2 ** 60, 2 ** 62, 2 ** 63, -2 ** 63):
            step = k
            for _ in range(3): product = big * step
            out.append(product)
            total = 0
            for i in range(5): total += big * (step + i) - (step - i) * big
            out.append(total)
    return out


for _ in range(40): last = factorial(60)
print(last)
print(scaled(-3 ** 50, range(-70, 400, 3)))
print(hash(tuple(map(str, mixed(90)))) != 0, sum(p[0] for p in mixed(90)), [p[3].__name__ for p in mixed(90)][-4:])
for _ in range(3): found = edges()
print(found)
