"""Cells of hot functions: what a trace makes of them must not be seen."""
import sys


def sums(n):
    """Two cells: one of an argument, one that is assigned; a comprehension takes both."""
    scale = n % 3
    total = 0
    for i in range(3):
        total += i * scale
    if n % 7 == 0:
        return [total + scale + n for _ in range(2)]
    return total


def counter(n):
    seen = n

    def more():
        nonlocal seen
        seen += 1
        return seen
    if n % 5 == 0:
        more()
        seen = seen * 2
        return more(), seen
    seen += 1
    return seen


def swapped(a, b):
    a, b = b, a
    old = a
    a = [a, b]
    if b == 3:
        return lambda: (a, b, old)
    return a, b, old


def unbound(n):
    if n != 40:
        x = n
    try:
        return x
    except NameError as e:
        return str(e)
    finally:
        if n == 41: print(sorted((lambda: x, locals())[1]))


def fails(n):
    kept = [n]

    def inside(): return kept
    if n == 50: raise ValueError(inside)
    kept = kept + [n]
    return len(kept)


def generated(n):
    step = n % 4
    def jump(): return step
    while step < 3:
        yield step
        step += 1
    yield jump


def outer(node):
    """Recursion with cells, as an evaluator with a comprehension has it."""
    kind = node[0]
    if kind == "leaf": return node[1]
    if kind == "sum": return outer(node[1]) + outer(node[2])
    return sum([outer(x) + len(node) for x in node[1:]])


class Watched:
    def __init__(self, log): self.log = log
    def __del__(self): self.log.append("gone")


def dropped(n, log):
    held = Watched(log) if n > 55 else None
    before = len(log)
    held = None
    return len(log) - before, (lambda: held) if n == 59 else None


TREE = ("sum", ("sum", ("leaf", 1), ("leaf", 2)), ("all", ("leaf", 3), ("sum", ("leaf", 4), ("leaf", 5))))
for n in range(60):
    log = []
    got = [sums(n), counter(n), unbound(n), outer(TREE)]
    pair = swapped(n, 3 if n % 20 else n + 1)
    got.append(pair() if callable(pair) else pair)
    try: got.append(fails(n))
    except ValueError as e:
        frame = e.__traceback__.tb_next.tb_frame
        got.append((e.args[0](), sorted(frame.f_locals), frame.f_locals["kept"]))
    got.append([x if type(x) is int else x() for x in generated(n)])
    count, f = dropped(n, log)
    got.append((count, log, f and f()))
    if n in (0, 1, 5, 7, 14, 19, 20, 35, 39, 40, 41, 45, 49, 50, 51, 54, 55, 56, 59): print(n, got)


def depth(n, held):
    held = held + n
    if n == 0: return sys._getframe().f_locals["held"], [held for _ in "a"]
    return depth(n - 1, held)


for n in range(30): last = depth(n % 6, n)
print(last)
