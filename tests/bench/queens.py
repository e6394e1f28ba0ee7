"""N queens, by permutations from a generator and by bit masks. Argument: the size of the board."""
import sys


def permutations(items, chosen=()):
    if not items:
        yield chosen
    for i, item in enumerate(items):
        yield from permutations(items[:i] + items[i + 1:], chosen + (item,))


def by_permutations(n):
    columns = tuple(range(n))
    return sum(
        1 for p in permutations(columns)
        if len({p[i] + i for i in columns}) == n and len({p[i] - i for i in columns}) == n
    )


def by_backtracking(n):
    """All solutions as tuples of columns."""
    solutions = []

    def place(row, columns, up, down, chosen):
        if row == n:
            solutions.append(tuple(chosen))
            return
        for c in range(n):
            if c not in columns and row + c not in up and row - c not in down:
                place(row + 1, columns | {c}, up | {row + c}, down | {row - c}, chosen + [c])

    place(0, frozenset(), frozenset(), frozenset(), [])
    return solutions


def by_bits(n):
    full = (1 << n) - 1

    def count(columns, left, right):
        if columns == full: return 1
        total = 0
        free = full & ~(columns | left | right)
        while free:
            bit = free & -free
            free ^= bit
            total += count(columns | bit, (left | bit) << 1, (right | bit) >> 1)
        return total

    return count(0, 0, 0)


def main(n):
    solutions = by_backtracking(n)
    return len(solutions), solutions[0], by_bits(n + 1), by_permutations(n - 1)


if __name__ == "__main__":
    print(*main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
