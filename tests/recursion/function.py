# Plain functions, directly, through keyword arguments and stars.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


def plain(n): return 0 if n == 0 else 1 + plain(n - 1)
def keywords(*, n, **rest): return 0 if n == 0 else 1 + keywords(n=n - 1, **rest)
def star(n, *rest): return 0 if n == 0 else 1 + star(n - 1, *rest)


assert plain(DEPTH) == DEPTH and keywords(n=DEPTH, a=1) == DEPTH
print(star(DEPTH, 1, 2))
