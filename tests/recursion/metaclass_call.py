# A metaclass __call__ that calls the class again.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Meta(type):
    def __call__(cls, n): return 0 if n == 0 else 1 + cls(n - 1)


class C(metaclass=Meta): pass


print(C(DEPTH))
