"""Memory runs out in hot loops: MemoryError comes where the interpreter raises it, and the program goes on."""
import resource


def limit(more):
    """Lets the process take so many bytes of address space more than it has now."""
    with open("/proc/self/statm") as f: now = int(f.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + more, resource.RLIM_INFINITY))


def free():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def appended(item):
    all = []
    try:
        while True: all.append(item)
    except MemoryError as e:
        n = len(all)
        all.clear()
        return n > 10_000, repr(e)


def comprehended(source):
    try:
        return len([x for _ in source for x in source for _ in source])
    except MemoryError as e:
        return repr(e)


def sliced(big):
    kept = []
    try:
        for i in range(1_000_000): kept.append(big[1:])
    except MemoryError as e:
        n = len(kept)
        kept.clear()
        return 3 < n < 10_000, repr(e)


def turned(big):
    kept = []
    try:
        for i in range(1_000_000): kept.append(big[::-1])
    except MemoryError as e:
        n = len(kept)
        kept.clear()
        return 3 < n < 10_000, repr(e)


def spliced(part):
    all = []
    n = 0
    try:
        while True:
            all[n:n] = part
            n += len(part)
    except MemoryError as e:
        same = n == len(all)
        all.clear()
        return same, n > 10_000, repr(e)


def joined(piece):
    text = "x" * 1000
    n = 0
    try:
        while True:
            text = text + piece
            n += 1
    except MemoryError as e:
        return n > 3, repr(e)


def unpacked(big):
    kept = []
    try:
        while True:
            first, *rest = big
            kept.append(rest)
    except MemoryError as e:
        n = len(kept)
        kept.clear()
        return first, 3 < n < 10_000, repr(e)


def numbers():
    """Small objects fill the memory: wherever it ends, the loop ends with MemoryError."""
    chain, n = None, 1 << 40
    try:
        while True:
            chain = (chain, n, n * 0.5)
            n += 1
    except MemoryError as e:
        while chain is not None: chain = chain[0]
        return n - (1 << 40) > 10_000, repr(e)


# Everything is hot before memory gets low.
big, part = [1, 2, 3] * 50_000, list(range(1000))
for room, function, argument in [
    (8, appended, None), (8, appended, 5), (8, comprehended, range(300)), (16, sliced, big), (16, sliced, tuple(big)),
    (16, turned, big), (8, spliced, part), (24, joined, "y" * 1_000_000), (16, unpacked, big),
]:
    limit(room << 20)
    result = function(argument)
    free()
    print(function.__name__, result)

limit(8 << 20)
result = numbers()
free()
print("numbers", result)
