"""The spectral norm of an infinite matrix, by power iteration. Argument: how much of it, N x N."""
import sys


def a(i, j): return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v): return [sum(a(i, j) * x for j, x in enumerate(v)) for i in range(len(v))]


def times_transposed(v): return [sum([a(j, i) * x for j, x in enumerate(v)]) for i in range(len(v))]


def main(n):
    u = [1.0] * n
    for _ in range(4):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    uv = vv = 0.0
    for x, y in zip(u, v):
        uv += x * y
        vv += y * y
    return (uv / vv) ** 0.5


if __name__ == "__main__":
    print(f"{main(int(sys.argv[1]) if len(sys.argv) > 1 else 390):.9f}")
