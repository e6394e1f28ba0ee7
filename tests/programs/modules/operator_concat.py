# operator.concat and iconcat ask a sequence's own slots first; + and += ask those of numbers.
import collections
import operator


class Adds(list):
    def __add__(self, other): return "added"
    def __radd__(self, other): return "added from the right"
    def __iadd__(self, other): return "added in place"


class Both:
    def __getitem__(self, i): raise IndexError
    def __add__(self, other): return "+", type(other).__name__
    def __iadd__(self, other): return "+=", type(other).__name__


class OnlyAdds:
    def __add__(self, other): return "+"


class Mapping(dict):
    def __add__(self, other): return "+"


values = [[1], (1,), "a", b"a", bytearray(b"b"), collections.deque([1]), range(2), Adds([7]), Both(), OnlyAdds(), Mapping(), 3]
for a in values:
    for b in values:
        for f in operator.concat, operator.iconcat:
            left = a.copy() if hasattr(a, "copy") and type(a) is not Adds else Adds(a) if type(a) is Adds else a
            try:
                answer = f(left, b)
                print(f.__name__, type(a).__name__, type(b).__name__, type(answer).__name__, answer if type(answer) is not Both else "")
            except Exception as e:
                print(f.__name__, type(a).__name__, type(b).__name__, type(e).__name__, e)
