"""Loops whose rounds differ: the first one is not typical, each goes another way, names come and go, and something looks in between."""
import sys


class Loud:
    def __init__(self, log): self.log = log
    def __del__(self): self.log.append(sys._getframe(1).f_code.co_name)


def kinds(n):
    """Each kind of round is as frequent as the others, and what is unbound differs."""
    s, log = 0, []
    for i in range(n):
        k = i * 7 % 11
        if k == 0: a = i
        elif k == 1:
            if "a" in locals(): s += a
        elif k == 2: b = str(i); s += len(b)
        elif k == 3:
            try: del a
            except UnboundLocalError as e: s -= 1
        elif k == 4:
            try: s += b[0] > "4"
            except NameError: s += 1000
        elif k == 5: Loud(log)
        elif k == 6: s += 0.5
        elif k == 7: s = int(s)
        elif k == 8: c = [x for x in range(k)]; s += len(c)
        elif k == 9: s += sum(map(int, "12"))
        else:
            try: raise KeyError(i)
            except KeyError as e: s += e.args[0]
    return s, len(log), set(log), i


def machine(program, n):
    """A dispatch loop."""
    stack, at, steps, names = [0], 0, 0, {}
    while steps < n:
        op, arg = program[at]
        at += 1
        steps += 1
        if op == "push": stack.append(arg)
        elif op == "add": stack.append(stack.pop() + stack.pop())
        elif op == "store": names[arg] = stack.pop()
        elif op == "load": stack.append(names.get(arg, 0))
        elif op == "jump": at = arg
        elif op == "less":
            if stack.pop() < arg: at += 1
        elif op == "call": stack.append(arg(*stack[-2:]))
        elif op == "halt": break
    return steps, sorted(names.items()), len(stack)


PROGRAM = [
    ("load", "i"), ("push", 1), ("add", None), ("store", "i"), ("load", "s"), ("load", "i"), ("add", None), ("store", "s"),
    ("load", "i"), ("load", "s"), ("call", lambda *two: max(two) % 1000), ("store", "t"), ("push", 2.5), ("store", "f"),
    ("load", "i"), ("less", 40), ("halt", None), ("jump", 0),
]


def observed(n):
    """A trace function comes and goes while the loop goes its ways."""
    lines = []
    def tracer(frame, event, arg):
        if frame.f_code is observed.__code__: lines.append(frame.f_lineno - frame.f_code.co_firstlineno)
        return tracer
    s = 0
    for i in range(n):
        if i % 3 == 0: s += 1
        elif i % 3 == 1: s += len(str(i))
        else: s += 0.25
        if i == n // 2: sys.settrace(tracer); sys._getframe().f_trace = tracer
        if i == n // 2 + 4:
            sys.settrace(None)
            sys._getframe().f_trace = None
    return s, lines


def left_early(n):
    out = []
    for start in range(n):
        for i in range(start, start + 9):
            if i % 4 == 0: continue
            if i % 13 == 12: break
            if i % 5: out.append(i)
            else: out.append(str(i))
        else: out.append(None)
    return len(out), out[-5:]


def nested(n):
    """The outer loop's ways differ, the inner one's too."""
    s = 0
    for i in range(n):
        t = (i, "x", 2.0, None)[i % 4]
        for j in range(i % 3):
            if t is None: s += 1
            elif isinstance(t, str): s += len(t) + j
            elif isinstance(t, float): s += t * j
            else: s -= t
        t = None if i % 2 else [i]
    return s


print(kinds(300))
for n in 50, 700: print(machine(PROGRAM, n))
print(observed(60))
print(left_early(40))
print(nested(200))
