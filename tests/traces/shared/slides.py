"""The slides' two programs: a factorial by a loop, and one that multiplies by a call."""


def fact(n):
    x = 1
    while n > 1:
        x *= n
        n -= 1
    return x


def mul(a, b): return a * b


def fact_by_calls(n):
    x = 1
    while n > 1:
        x = mul(x, n)
        n -= 1
    return x
