# The ends of slices and counts: exceptions end a slice for good; counting goes over the machine's numbers.
import itertools, sys


def source():
    yield 1
    yield 2
    raise KeyError("source")


for args in ((5,), (1, 5), (3, 5), (0, 5, 2)):
    s = itertools.islice(source(), *args)
    out = []
    for _ in range(8):
        try:
            out.append(next(s, "end"))
        except KeyError as e:
            out.append(repr(e))
    print(args, out)


class Once:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 2:
            raise StopIteration
        return self.n


s = itertools.islice(Once(), 5)
print(list(s), list(s))
big = sys.maxsize
for args in ((big - 1,), (big - 1, 3), (-big, -2), (2**70,), (1.5,), (1, 0.5), (True,), (0, -1), (5, 0)):
    c = itertools.count(*args)
    print(c, [next(c) for _ in range(4)], c, c.__reduce__()[1])
c = itertools.count(7)
print(type(next(itertools.count(True))), list(itertools.islice(c, 3)), c, list(itertools.islice(itertools.count(250), 10)))
print(list(itertools.islice(itertools.count(), 0)), list(itertools.islice(range(10), 2, 8, 3)), list(itertools.islice(iter([]), 3)))
