"""Sorting with key functions. Argument: how many items."""
import sys


def main(n):
    items, seed = [], 1
    for i in range(n):
        seed = (seed * 69069 + 1) & 0xFFFFFFFF
        items.append((seed >> 20, i))
    items.sort(key=lambda item: item[0])
    pairs = sorted(items, key=lambda item: (item[1] % 100, -item[0]))
    low = min(items, key=lambda item: item[0] * item[1] % 10007)
    return items[0], items[-1], pairs[0], pairs[-1], low


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 230_000))
