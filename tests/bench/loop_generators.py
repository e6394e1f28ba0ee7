"""A loop over a pipeline of generators. Argument: rounds."""
import sys


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def squares(source):
    for x in source:
        yield x * x


def main(n):
    total = 0
    for x in squares(numbers(n)):
        total += x & 1023
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_700_000))
