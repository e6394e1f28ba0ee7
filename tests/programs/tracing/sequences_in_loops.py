"""Loops over what has a `__getitem__` and no `__iter__`, over heirs of builtin containers, and by iterators that know their end."""

import sys


class Squares:
    def __init__(self, count):
        self.data = [n * n for n in range(count)]

    def __getitem__(self, index):
        return self.data[index]


class Stops:
    def __getitem__(self, index):
        if index == 3:
            raise StopIteration("three")
        return index


class Fails:
    def __init__(self):
        self.failed = 0

    def __getitem__(self, index):
        if index == 2 and not self.failed:
            self.failed = 1
            raise ValueError("once")
        if index == 4:
            raise IndexError
        return index * 10


class Reads:
    """Takes items of its own iterator."""

    asking = False

    def __getitem__(self, index):
        if index % 5 == 2 and not self.asking:
            self.asking = True
            next(self.it, None)
            self.asking = False
        if index > 12:
            raise IndexError
        return index


class ListHeir(list):
    pass


class TupleHeir(tuple):
    pass


class DictHeir(dict):
    pass


class TextHeir(str):
    pass


class SetHeir(frozenset):
    pass


class Point(tuple):
    def __new__(cls, x, y, z):
        return tuple.__new__(cls, (x, y, z))

    z = property(lambda self: self[2])


def sums(rounds):
    total = 0
    for n in range(rounds):
        for square in Squares(n % 6):
            total += square
        else:
            total += 1
    return total


def ends(rounds):
    total = 0
    for n in range(rounds):
        it = iter(Stops())
        for item in it:
            total += item
        total += len(list(it)) * 100
    return total


def failures(rounds):
    seen = []
    for n in range(rounds):
        it = iter(Fails())
        try:
            for item in it:
                seen.append(item)
        except ValueError as error:
            seen.append(str(error))
        seen.extend(it)
        seen.append(next(it, None))
    return seen


def reading(rounds):
    seen = []
    for n in range(rounds):
        it = Reads()
        it.it = iter(it)
        seen.append([item for item in it.it])
    return seen


def changed(rounds):
    class Grows:
        def __getitem__(self, index):
            if index > 3:
                raise IndexError
            return index

    total = 0
    for n in range(rounds):
        for item in Grows():
            total += item
        if n == rounds - 20:
            Grows.__getitem__ = lambda self, index: [7, 8][index]
        if n == rounds - 10:
            Grows.__iter__ = lambda self: iter([1000])
    return total


def other_uses(rounds):
    seen = 0
    for n in range(rounds):
        a, b, *c = Squares(5)
        seen += a + b + len(c) + (9 in Squares(5)) + (10 in Squares(5))
        seen += len(tuple(Squares(4))) + sum(Squares(3)) + max(Squares(4))
        seen += sum(x * y for x, y in zip(Squares(4), Squares(3)))
        seen += sum(i * x for i, x in enumerate(Squares(4)))
        seen += len(",".join(map(str, Squares(4))))
    return seen


def heirs(rounds):
    given = [ListHeir([1, 2]), TupleHeir((3, 4)), DictHeir({5: 6}), SetHeir([7])]
    total = 0
    for n in range(rounds):
        for container in given:
            for item in container:
                total += item
        for letter in TextHeir("abc"):
            total += ord(letter)
    return total


def heir_of_list(rounds):
    class Own(list):
        pass

    mine, total = Own([1, 2, 3]), 0
    for n in range(rounds):
        for item in mine:
            total += item
        total += mine[n % 3] + mine[-1] + len(mine[1:])
        try:
            mine[n % 4]
        except IndexError as error:
            total += len(str(error))
        if n == rounds - 10:
            Own.__iter__ = lambda self: iter([100])
        if n == rounds - 5:
            Own.__getitem__ = lambda self, index: [7] if type(index) is slice else 7
    return total


def twice(letter):
    return letter * 2


def mapped(rounds):
    seen = []
    table = {"k": 1, "l": 2}
    for n in range(rounds):
        text = "".join(map(twice, "ab"[: n % 3]))
        text += "".join(map(twice, "äß€"))
        numbers = list(map(twice, b"\x01\x02")) + list(map(twice, table)) + list(map(twice, table.values()))
        numbers += map(twice, reversed([n, 1])), sorted(map(twice, {1, 2}))
        seen.append((text, numbers[:-2], numbers[-1], list(numbers[-2])))
    return seen[-1], len(seen)


def bytes_and_reversed(rounds):
    total = 0
    for n in range(rounds):
        total += len([b for b in b"some bytes"[n % 10 :]])
        for item in reversed([1, 2, n]):
            total += item
        items = [1, 2, 3, 4]
        for item in reversed(items):
            if item == 3:
                del items[1:]
            total += item
    return total


def take(x, y, z=0):
    return x + 10 * y + 100 * z


def spread(rounds):
    p, total = Point(1, 2, 3), 0
    for n in range(rounds):
        total += take(*p) + take(*TupleHeir((n, 1))) + max(*p) + len("{}{}{}".format(*p))
        total += Point(*p).z
    return total


def spread_changed(rounds):
    class Mine(tuple):
        pass

    mine, total = Mine((1, 2)), 0
    for n in range(rounds):
        total += take(*mine)
        if n == rounds - 10:
            Mine.__iter__ = lambda self: iter((5, 5, 5))
    return total


class Counts:
    def __init__(self, count):
        self.left = count

    def __iter__(self):
        return self

    def __next__(self):
        if self.left <= 0:
            raise StopIteration
        self.left -= 1
        return self.left


class CountsLoud(Counts):
    def __next__(self):
        if self.left <= 0:
            if self.left < 0:
                raise StopIteration(self)
            self.left = -1
            raise KeyError("end")
        return Counts.__next__(self)


class Empty:
    pass


def counted(rounds):
    total = 0
    for n in range(rounds):
        for item in Counts(n % 4):
            total += item
        total += len(list(Counts(n % 3))) + sum(Counts(3)) + len([x for x in zip(Counts(2), Counts(3))])
        try:
            for item in CountsLoud(n % 3):
                total += item
        except KeyError:
            total += 1000
        held = Empty()
        held.it = Counts(1)
        for item in held.it:
            held = None
        total += next(Counts(0), 5)
    return total


def in_handler(rounds):
    """The end is told while an exception is being handled: nobody sees the one that tells it."""
    total = 0
    for n in range(rounds):
        try:
            [][n]
        except IndexError as error:
            for item in Counts(2):
                total += item
            for item in Squares(3):
                total += item
            total += sys.exc_info()[1] is error
    return total


def states():
    it = iter(Squares(5))
    next(it)
    print(it.__reduce__()[2], [x for x in it])
    for n in range(60):
        it = iter(Squares(4))
        it.__setstate__(sys.maxsize if n == 59 else 2)
        try:
            for item in it:
                last = item
        except OverflowError as error:
            print(error, last)


print(sums(300), ends(200), reading(60)[-1])
for _ in range(2):
    seen = failures(60)
    print(len(seen), seen[:9], seen[-8:])
print(changed(200), other_uses(60), heirs(200), heir_of_list(200))
print(counted(200), in_handler(200))
print(mapped(100), bytes_and_reversed(200), spread(200), spread_changed(200))
states()
