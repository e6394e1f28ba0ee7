# Deques filled from lists and iterators, bounded and not; iterators over them see what changed.
from collections import deque
for n in (None,0,1,3,10):
    for k in (0,1,3,5,20):
        d=deque(list(range(k)),n); print(n,k,d,len(d),d.maxlen)
        d.extend(list(range(3))); print(d)
        d.extendleft(list(range(3))); print(d)
        e=deque(maxlen=n); e.extend(list("abc")); it=iter(e); e.extend([]);
        try: print(list(it))
        except RuntimeError as x: print(x)
        e=deque(maxlen=n); it=iter(e); e.extend([])
        try: print(list(it))
        except RuntimeError as x: print(x)
        it=iter(e); e.extend([1,2])
        try: print(list(it))
        except RuntimeError as x: print(x)
        e=deque([], n); it=iter(e); e.extend(iter([1,2])); e.extend(x for x in "a")
        try: print(e, list(it))
        except RuntimeError as x: print(x)


class Index:
    def __index__(self): return 2
for maxlen in (Index(), 1.5, "2", True, None, -1):
    try: print(deque([1, 2, 3], maxlen))
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
