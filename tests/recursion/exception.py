# An exception that passes through every frame, with finally and except on the way.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


def plain(n):
    if n == 0: raise KeyError("bottom")
    plain(n - 1)


def with_finally(n):
    try:
        if n == 0: raise KeyError("bottom")
        with_finally(n - 1)
    finally: count.append(n)


count = []
for f in (plain, with_finally):
    try: f(DEPTH)
    except KeyError as e:
        tb, frames = e.__traceback__, 0
        while tb: frames += 1; tb = tb.tb_next
        assert frames == DEPTH + 2, frames
print(len(count) - 1)
