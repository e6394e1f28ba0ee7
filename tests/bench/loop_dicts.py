"""Counting with a dict. Argument: rounds."""
import sys


def main(n):
    counts, seed = {}, 42
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        key = (seed >> 16) % 997
        counts[key] = counts.get(key, 0) + 1
    most = max(counts.values())
    return len(counts), most, sum(k for k, v in counts.items() if v == most)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_300_000))
