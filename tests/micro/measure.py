# Times statements. `cases` are lines `NAME: statement`; a case prints `NAME nanoseconds`, the best of several runs.
import sys
from time import process_time_ns


def run(setup, cases, target=10_000_000):
    only = sys.argv[1:]
    for line in cases.strip().splitlines():
        name, _, statement = line.strip().partition(": ")
        if only and not any(word in name for word in only):
            continue
        space = {}
        exec(setup, space)
        source = "def loop(count):\n    for _ in range(count):\n        " + statement
        exec(source, space)
        loop = space["loop"]
        count = 1
        while True:
            start = process_time_ns()
            loop(count)
            taken = process_time_ns() - start
            if taken > target:
                break
            count *= 2 if taken * 8 > target else 8
        best = taken / count
        for _ in range(4):
            start = process_time_ns()
            loop(count)
            best = min(best, (process_time_ns() - start) / count)
        print(name, round(best, 1))
