"""Signals, and other threads, get their turn in any loop that runs as a trace: within 100 ms of the process's time."""
import signal
import sys
import threading
import time

import hotpy.trace


def ints(stop):
    i = 0
    while not stop: i += 1 if i < 1000 else -1000


def floats(stop):
    x = 0.0
    while True:
        x = x * 0.5 + 1.0
        if x < 0: return x


def ranges(stop):
    total = 0
    for i in range(1 << 60): total = (total + i) & 0xFFFF


def nested(stop):
    while True:
        for i in range(1000):
            for j in range(5): k = i + j


def calls(stop):
    def f(a): return a + 1
    x = 0
    while True: x = f(x) & 255


def generator(stop):
    def count():
        i = 0
        while True:
            yield i
            i = (i + 1) & 255
    for x in count(): pass


class C:
    n = 0
    def step(self): self.n = (self.n + 1) & 255


def methods(stop):
    c = C()
    while True: c.step()


def recursion(stop):
    def f(n): return 0 if n == 0 else f(n - 1) + 1
    while True: f(20)


def handled(stop):
    while True:
        try: [][0]
        except IndexError: pass


def comprehension(stop):
    return [0 for i in iter(int, 1) if i]


class Late(Exception): pass


def interrupted(loop, kind, number, exception):
    """The delay from the signal to the exception that its handler raises in the loop."""
    def handler(*_):
        seen.append(time.process_time())
        raise exception
    seen = []
    old = signal.signal(number, handler)
    wait = 0.03
    try:
        start = time.process_time()
        signal.setitimer(kind, wait)
        try: loop([])
        except exception: seen.append(time.process_time())
    finally:
        signal.setitimer(kind, 0)
        signal.signal(number, old)
    return seen[-1] - start - wait


loops = [ints, floats, ranges, nested, calls, generator, methods, recursion, handled, comprehension]
for loop in loops:
    for _ in range(2):
        late = interrupted(loop, signal.ITIMER_PROF, signal.SIGPROF, Late)
        assert late < 0.1, (loop.__name__, late)
        if "--show" in sys.argv: print(loop.__name__, round(late * 1000, 1), "ms")
    # As Ctrl-C does it.
    interrupted(loop, signal.ITIMER_REAL, signal.SIGALRM, KeyboardInterrupt)
names = {t.name.split(".")[0] for t in hotpy.trace.traces()}
assert len(names & {f.__name__ for f in loops}) >= 6, names


def fair():
    """The main thread's progress while another is in a loop, and the other's end."""
    flag, ended = [], []
    thread = threading.Thread(target=lambda: ended.append(ints(flag)))
    thread.start()
    count, start = 0, time.monotonic()
    while time.monotonic() - start < 0.15 or count < 10:
        time.sleep(0.001)
        count += 1
    flag.append(1)
    thread.join(20)
    assert ended and count >= 10, count


fair()

# Two hot loops side by side both go on.
counts = [0, 0]
stop = []


def worker(k):
    n = 0
    while not stop:
        for i in range(500): n += 1
        counts[k] = n


threads = [threading.Thread(target=worker, args=(k,)) for k in range(2)]
for t in threads: t.start()
start = time.process_time()
while time.process_time() - start < 0.3 or min(counts) < 5000:
    time.sleep(0.01)
    assert time.process_time() - start < 20, counts
stop.append(1)
for t in threads: t.join()
assert min(counts) * 50 > max(counts), counts
