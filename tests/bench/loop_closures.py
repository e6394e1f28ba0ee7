"""Calls of closures in a hot loop. Argument: rounds."""
import sys


def make(step):
    total = 0

    def add(x):
        nonlocal total
        total += x * step
        return total

    return add


def main(n):
    up, down = make(3), make(-1)
    last = 0
    for i in range(n):
        last = up(i & 7) + down(i & 3)
    return last, up(0), down(0)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500_000))
