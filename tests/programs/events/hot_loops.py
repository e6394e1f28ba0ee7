# A trace function set, and taken away, in the middle of loops that have run often.
import sys

log = []


def tracer(frame, event, arg):
    log.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def helper(x):
    return x + 1


def loop(n, start, stop):
    total = 0
    for i in range(n):
        if i == start:
            sys.settrace(tracer)
            sys._getframe().f_trace = tracer
        total = helper(total)
        if i == stop:
            sys.settrace(None)
    return total


def forever(n):
    i = 0
    while i < n:
        i += 1
        helper(i)
    return i


print(loop(3000, 2990, 2992))
for entry in log: print(*entry)
log.clear()
for i in range(50): loop(100, -1, -1)
loop(5, 2, 3)
for entry in log: print(*entry)
log.clear()
forever(5000)
sys.setprofile(lambda f, e, a: log.append((f.f_code.co_name, e)))
forever(2)
sys.setprofile(None)
forever(10)
print(log)
