# Objects of C types that are awaited, sent to and delegated to.
import sys
sys.path.insert(0, sys.argv[1])
import sending
from sending import Sending, Stepping, send

for kind in Sending, Stepping:
    print(kind, kind.__name__, kind.__qualname__, kind.__module__, sorted(vars(kind)), kind.__dictoffset__, kind.__weakrefoffset__)


class Child(Sending):
    def send(self, value):
        return "send of Python", value


class Overrides(Sending):
    def __next__(self):
        return "next of Python"


class Steps(Stepping):
    def send(self, value):
        return "send of Python", value, self.left


def drive(it, values):
    shown = []
    try:
        for value in values:
            shown.append(it.send(value))
    except BaseException as e:
        shown.append((type(e).__name__, e.args))
    return shown


def delegating(it):
    result = yield from it
    return "result", result


async def awaiting(it):
    return "result", await it


def in_loop(kind):
    total = 0
    for i in range(200):
        total += len(drive(delegating(kind(3)), [None] * 5))
        try:
            awaiting(kind(0)).send(None)
        except StopIteration as e:
            total += len(e.value[1])
    return total


for kind in Sending, Stepping, Child, Overrides, Steps:
    for left in 2, 1, 0, -1, -2:
        for values in ([None] * 4, [None, "a", "b", "c"]):
            print(kind.__name__, left, "yield from", drive(delegating(kind(left)), values))
            print(kind.__name__, left, "await", drive(awaiting(kind(left)), values))
    for value in None, 5:
        it = kind(1)
        for _ in range(3):
            try:
                print(send(it, value))
            except BaseException as e:
                print(type(e).__name__, e)
    print(list(zip(range(4), kind(3))))
for kind in Sending, Stepping, Child:
    print(in_loop(kind))
