"""Indexing lists: a sieve and a running sum over a table. Argument: how far the sieve goes."""
import sys


def sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    p = 2
    while p * p <= n:
        if flags[p]:
            m = p * p
            while m <= n:
                flags[m] = False
                m += p
        p += 1
    return flags


def main(n):
    flags = sieve(n)
    table = [0] * 1000
    for i in range(n):
        if flags[i]:
            table[i % 1000] += i
    best = 0
    for i in range(1000):
        if table[i] > table[best]: best = i
    return sum(flags), best, table[best]


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500_000))
