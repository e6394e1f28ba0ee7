# Which line made which block.
import tracemalloc

print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_traceback_limit())
for bad in (0, -1, 1 << 20):
    try: tracemalloc.start(bad)
    except ValueError as e: print(e)

def make(size): return b"x" * size

tracemalloc.start(3)
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
before = tracemalloc.get_traced_memory()[0]
data = make(100_000)
small = [object() for i in range(10)]
now, peak = tracemalloc.get_traced_memory()
print(100_000 <= now - before < 110_000, peak >= now)
where = tracemalloc.get_object_traceback(data)
print([(f.filename.rpartition("/")[2], f.lineno) for f in where], where.total_nframe)
where = tracemalloc.get_object_traceback(small[3])
print([f.lineno for f in where][-1])
print(tracemalloc.get_object_traceback("a" * 5000 + chr(300)) is not None)
print(tracemalloc.get_object_traceback(1), tracemalloc.get_object_traceback(None))
snapshot = tracemalloc.take_snapshot()
top = snapshot.filter_traces([tracemalloc.Filter(True, __file__)]).statistics("lineno")
print(top[0].size >= 100_000, top[0].traceback[0].lineno)
del data
del snapshot, top, where
print(tracemalloc.get_traced_memory()[0] < now, tracemalloc.get_traced_memory()[1] >= now)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] < now)
tracemalloc.clear_traces()
print(tracemalloc.get_object_traceback(small[3]))
kept = [make(n) for n in range(0, 600, 7)]
tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_object_traceback(kept[-1]))
# Blocks made while it was on are freed and used again.
del kept, small
again = [[make(n), {n: n}, (n,) * (n % 50)] for n in range(600)]
print(len(again), all(len(a[0]) == n and a[1] == {n: n} for n, a in enumerate(again)))
