# PyMem_SetAllocator: allocators of C code see what objects and C code ask for, and may refuse it, in hot loops too.
import sys
sys.path.insert(0, sys.argv[1])
import allocators as a


class C:
    def __init__(self, x): self.x = x


def work(n):
    kept = []
    for i in range(n):
        kept.append(C((i, [i], {"a": i}, str(i) * 20)))
    return len(kept), kept[-1].x


print(a.name())
print(a.use())
a.begin(0, 0)
used, named, before = a.use(), a.name(), a.counts()
a.end()
print(used, named, [(made >= 2, freed >= 1) for made, freed in before], a.name())
work(300)
a.begin(0, 0)
result = work(300)
seen = a.counts()
del result
after = a.counts()
a.end()
print(seen[2][0] > 900, after[2][1] > seen[2][1])
kept = [C(i) for i in range(50)]
a.begin(0, 0)
kept.clear()
freed = a.counts()
a.end()
print(freed[2][1] >= 50)



def end():
    # A call may need memory itself.
    while True:
        try: return a.end()
        except MemoryError: pass


for start in range(0, 60, 3):
    a.begin(start, start + 2)
    try: work(40)
    except MemoryError: pass
    end()
print(work(300)[0], a.name())
a.begin(0, 0)
print("still there")
a.end()
