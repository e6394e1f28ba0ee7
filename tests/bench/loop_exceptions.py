"""Exceptions raised and handled in a loop. Argument: rounds."""
import sys


class Odd(Exception): pass


def check(i):
    if i & 1: raise Odd(i)
    return i


def main(n):
    good = odd = missing = 0
    table = {i: i for i in range(0, 100, 3)}
    for i in range(n):
        try: good += check(i >> 2)
        except Odd: odd += 1
        try: table[i % 100]
        except KeyError: missing += 1
    return good, odd, missing


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000))
