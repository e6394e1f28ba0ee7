# Threads: starting, joining, locks of all kinds, thread-local data, queues, pools, errors, and switches between bytecodes.
import sys
import threading
import queue
import time
import _thread
import weakref

sys.setswitchinterval(0.0005)
print(sys.getswitchinterval())

# Work in several threads; a counter that needs its lock, and one list that does not.
total, lock, seen = 0, threading.Lock(), []

def count(n):
    global total
    for i in range(n):
        with lock:
            total += 1
    seen.append(n)

threads = [threading.Thread(target=count, args=(n * 1000,)) for n in range(1, 6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(total, sorted(seen), [t.is_alive() for t in threads], threading.active_count())

# Thread-local data: a dict per thread, __init__ in each, the old thread's data dies with it.
class Mine(threading.local):
    number = 0
    def __init__(self, start):
        self.items = [start]

class Thing:
    pass

mine = Mine(7)
mine.items.append(8)
out, refs = [], []

def use_local():
    mine.thing = Thing()
    refs.append(weakref.ref(mine.thing))
    mine.items.append(9)
    out.append((mine.items, sorted(mine.__dict__)))

t = threading.Thread(target=use_local)
t.start()
t.join()
print(out, mine.items, hasattr(mine, "thing"), refs[0]() is None)

# Conditions, events, barriers, semaphores, timers.
q, got = queue.Queue(3), []

def produce():
    for i in range(200):
        q.put(i)
    q.put(None)

def consume():
    while (item := q.get()) is not None:
        got.append(item)
        q.task_done()

pair = [threading.Thread(target=produce), threading.Thread(target=consume)]
for t in pair:
    t.start()
for t in pair:
    t.join(10)
print(got == list(range(200)), q.empty(), q.unfinished_tasks)
event, order = threading.Event(), []
t = threading.Thread(target=lambda: order.append(event.wait(5)))
t.start()
event.set()
t.join()
print(order, event.wait(0), threading.Event().wait(0.01))
barrier = threading.Barrier(3, action=lambda: order.append("together"))
threads = [threading.Thread(target=barrier.wait) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(order, barrier.n_waiting, barrier.broken)
s = threading.BoundedSemaphore(1)
print(s.acquire(), s.acquire(timeout=0.01), s.release())
try:
    s.release()
except ValueError as e:
    print(e)

# Locks: errors and corner cases.
lk = _thread.allocate_lock()
print(lk.acquire(), lk.acquire(False), lk.acquire(timeout=0.01), lk.locked(), lk.release(), lk.locked())
for call in (lambda: lk.release(), lambda: lk.acquire(False, 1), lambda: lk.acquire(timeout=-2), lambda: lk.acquire(timeout=1e100), lambda: threading.RLock().release(),
             lambda: _thread.start_new_thread(1, ()), lambda: _thread.start_new_thread(print, []), lambda: _thread.start_new_thread(print, (), 1), lambda: _thread.stack_size(1), lambda: threading.Thread(target=1, group=2),
             lambda: threading.current_thread().join(), lambda: t.start(), lambda: sys.setswitchinterval(0), lambda: sys.setswitchinterval("x")):
    try:
        print(call())
    except BaseException as e:
        print(type(e).__name__, e)
r = threading.RLock()
with r, r:
    print(r._is_owned(), r._recursion_count())
    t = threading.Thread(target=lambda: print(r.acquire(False), r._is_owned(), r._recursion_count()))
    t.start()
    t.join()

# What ends a thread.
def report(args):
    print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)

threading.excepthook = report
t = threading.Thread(target=lambda: 1 / 0, name="divider")
t.start()
t.join()
t = threading.Thread(target=sys.exit)
t.start()
t.join()
done = _thread.allocate_lock()
done.acquire()
sys.unraisablehook = lambda u: (print("unraisable", u.err_msg, u.exc_type.__name__), done.release())

def bad():
    raise KeyError("k")

_thread.start_new_thread(bad, ())
done.acquire()

# Every thread has its own frames, exceptions, recursion, and number.
def deep(n):
    return n and 1 + deep(n - 1)

def busy():
    try:
        1 / 0
    except ZeroDivisionError:
        started.set()
        stop.wait(10)
        results.append((sys.exc_info()[0].__name__, deep(400)))

started, stop, results = threading.Event(), threading.Event(), []
t = threading.Thread(target=busy)
t.start()
started.wait()
while len(sys._current_frames()) > 2:
    time.sleep(0.001)  # The thread before takes its time to end.
frames = sys._current_frames()
print(len(frames), t.ident in frames, sys._current_exceptions()[t.ident][0].__name__, sys.exc_info()[0], t.native_id != threading.get_native_id())
f = frames[t.ident]
while f.f_code.co_name != "busy":
    f = f.f_back
print(f.f_code.co_name, f.f_locals)
del f, frames
stop.set()
t.join()
print(results)

# Pools.
from concurrent.futures import ThreadPoolExecutor, as_completed
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda n: n * n, range(20))), sorted(f.result() for f in as_completed([pool.submit(deep, n) for n in range(5)])))
    failed = pool.submit(int, "x")
    print(type(failed.exception()).__name__, failed.exception())

# A daemon thread does not keep the program.
threading.Thread(target=lambda: [i for i in iter(int, 1)], daemon=True).start()
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
print("end")
