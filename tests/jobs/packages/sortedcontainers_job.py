# Sorted lists, dicts, sets.
# Needs: sortedcontainers
from sortedcontainers import SortedDict, SortedList, SortedSet
import random
r = random.Random(1)
l = SortedList((r.randrange(10000) for _ in range(20000)))
print(len(l), l[0], l[-1], l[777], l.bisect(500), l.count(3), list(l.irange(10, 20)))
d = SortedDict(((r.random(), i) for i in range(5000)))
print(d.peekitem(0), d.popitem(), list(d.irange(0.5, 0.501)))
s = SortedSet([3, 1, 2]) | {5}
print(s, s[0], s.index(5), SortedSet([1]) < s)
