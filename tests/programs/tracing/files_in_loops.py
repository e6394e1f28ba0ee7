# Loops over the lines of files by way of other iterators: reading lets go of the interpreter's lock in the middle of a trace.
import itertools, os, tempfile

folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "lines")
with open(path, "w") as f: f.writelines(f"line {i} {'x' * 40}\n" for i in range(1500))


def numbered():
    n = last = 0
    with open(path) as f:
        for no, line in enumerate(f, start=1):
            n += len(line)
            last = no
    return n, last


def zipped():
    n = 0
    with open(path) as f:
        for no, line in zip(itertools.count(), f): n += no + len(line)
    return n


def called():
    n = 0
    with open(path) as f:
        for no, line in enumerate(iter(f.readline, "")): n ^= no * len(line)
    return n


def mapped():
    lengths = set()
    with open(path, "rb") as f:
        for no, length in enumerate(map(len, f)): lengths.add((no % 7, length))
    return sorted(lengths)


def whole():
    n = 0
    with open(path) as f:
        for pair in enumerate(f): n += pair[0]
    return n


def bad():
    n = 0
    try:
        with open(path, encoding="ascii") as f:
            for no, line in enumerate(f): n = no
    except UnicodeDecodeError as e: return n > 300, e.reason
    return n


for _ in range(3): print(numbered(), zipped(), called(), mapped(), whole(), bad())
with open(path, "ab") as f: f.write(b"\xff\n")
for _ in range(3): print(bad())
for line in open(path, "rb"): last = line
print(last)
folder.cleanup()
