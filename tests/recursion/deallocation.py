# Structures that are freed by long chains: lists, tuples, dicts, instances, closures, generators, exceptions.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Node:
    def __init__(self, next): self.next = next
    def __del__(self): freed.append(1)


class Slotted:
    __slots__ = ("next",)
    def __init__(self, next): self.next = next


def closure(inner): return lambda: inner


freed = []
for make in (lambda x: [x], lambda x: (x,), lambda x: {"k": x}, Node, Slotted, closure, lambda x: iter([x]), lambda x: map(len, [x]), lambda x: (lambda *a: a).__get__(x or 0), lambda x: ValueError(x), lambda x: slice(x), lambda x: {"a": [(x,)]}):
    chain = None
    for _ in range(DEPTH): chain = make(chain)
    del chain
print(len(freed))
