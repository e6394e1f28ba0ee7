# Named tuples made by _make and _replace of objects that define special methods.
from collections import namedtuple


class Number:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n

    def __eq__(self, other):
        return isinstance(other, Number) and self.n == other.n

    def __hash__(self):
        return self.n

    def __repr__(self):
        return f"Number({self.n})"


Key = namedtuple("Key", "one two three four")
key = Key(Number(1), 2, Number(3), [4])
print(key._replace(two=Number(2)), key._replace(one=1, four=Number(4)), key == key._replace(three=Number(3)))
print(Key._make(map(Number, range(4))), Key._make(Number(i) for i in range(4)), Key._make(iter([key] * 4)))
print(tuple.__new__(Key, map({}.pop, "abcd", key)), type(tuple.__new__(Key, map({}.pop, "abcd", key))))
for wrong in range(3), map(Number, range(5)):
    try:
        Key._make(wrong)
    except TypeError as e:
        print(e)
