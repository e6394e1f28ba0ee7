"""The digits of pi, one by one, from a continued fraction in big integers. Argument: how many."""
import sys


def digits():
    """Gibbons' streaming algorithm: a linear fractional transformation whose integer part gets certain."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k + 2) + r * l) // (t * l), l + 2


def machin(n):
    """pi by Machin's formula, to n digits."""
    unit = 10 ** (n + 10)

    def arctan(x):
        power = total = unit // x
        k, sign = 1, -1
        while power:
            power //= x * x
            k += 2
            total += sign * (power // k)
            sign = -sign
        return total

    return str((4 * (4 * arctan(5) - arctan(239))) // 10 ** 10)


def main(n):
    source = digits()
    text = "".join(str(next(source)) for _ in range(n))
    return text, text == machin(n)[:n]


if __name__ == "__main__":
    text, same = main(int(sys.argv[1]) if len(sys.argv) > 1 else 3300)
    for i in range(0, min(len(text), 200), 50): print(text[i:i + 50])
    print(len(text), sum(map(int, text)), same)
