# Trace and profile functions that native code installs in the middle of a hot loop: what follows is seen.
import sys


def loop(n, step):
    total = 0
    for i in range(n):
        total += step(i)
    return total


events = []


def observer(frame, event, arg):
    if frame.f_code.co_name in ("step", "double", "loop"):
        events.append((event, frame.f_code.co_name))
    return observer


def double(i): return i * 2


def run(install, at, n=400):
    """`next` of a map calls the installing function natively, in round `at`."""
    events.clear()
    sources = [iter([0] * n), map(install, [observer])]

    def step(i):
        next(sources[i == at], None)
        return double(i)
    result = loop(n, step)
    install(None)
    return result, len(events), events[:6]


for at in (395, 396, 399):
    print(run(sys.settrace, at), run(sys.setprofile, at))
for at in (3, 399):
    print(run(sys.settrace, at, 401))
