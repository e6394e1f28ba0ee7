# Locks take an int for `blocking`, as 3.11 does: what is none is refused, and nobody waits.
import _thread
for lock in (_thread.allocate_lock(), _thread.RLock()):
    for args in (("x",), (None,), (2.5,), (object,), (1, 0), (0, 1), (0, 0), (1, -2)):
        try: print(type(lock).__name__, lock.acquire(*args))
        except (TypeError, ValueError, OverflowError) as e: print(type(e).__name__, e)
    print(lock.acquire(0), lock.acquire(blocking=False), lock.acquire(True, 0.01))
