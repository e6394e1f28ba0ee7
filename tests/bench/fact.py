"""The slides' first traced program: a factorial by a loop. Argument: repetitions of fact(200)."""
import sys


def fact(n):
    x = 1
    while n > 1:
        x *= n
        n -= 1
    return x


def main(repetitions):
    total = 0
    for i in range(repetitions):
        total += fact(200 + i % 3) % 1_000_003
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000))
