# Class bodies nested by recursion, and exec.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


def build(n):
    class C:
        depth = 0 if n == 0 else 1 + build(n - 1)
    return C.depth


def by_exec(n):
    if n == 0: return 0
    space = {"f": by_exec, "n": n - 1}
    exec(CODE, space)
    return 1 + space["r"]


CODE = compile("r = f(n)", "<code>", "exec")
assert by_exec(DEPTH) == DEPTH
print(build(DEPTH))
