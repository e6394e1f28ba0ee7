# A bytearray whose iterable looks at it, or changes it, while it is filled or joins.
separator = bytearray(b",")


def clearing():
    separator.clear()
    yield b"A"


try:
    separator.join(clearing())
except BufferError as e:
    print(e)
print(separator, separator.join([b"1", b"2"]), separator.join(iter([b"1", b"2"])), b",".join(x for x in [b"1", b"2"]))
separator.append(1)
array = bytearray(b"old")


def watching(n):
    for i in range(n):
        yield i
        print(list(array), array.__alloc__() > len(array))


array.__init__(watching(4))
print(array)
try:
    array.__init__(x for x in (1, 2, 300))
except ValueError as e:
    print(e, array)


class Sub(bytearray):
    pass


print(Sub(x for x in b"abc"), bytearray(iter([1, 2])))
for bad in (5.5, iter(["a"])):
    try:
        array.__init__(bad)
    except TypeError as e:
        print(e, array)
