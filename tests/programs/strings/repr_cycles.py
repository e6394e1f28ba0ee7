# Containers whose repr leads back to them through a __repr__ of Python.

class R:
    def __init__(self): self.value = None
    def __repr__(self): return "<" + repr(self.value) + ">"

for kind in (list, tuple, set, frozenset):
    r = R()
    r.value = kind([r])
    print(repr(r.value), repr(r))

r = R()
r.value = {1: r}
print(r, repr(r.value))

class L(list):
    def __repr__(self): return "L" + list.__repr__(self)

a = L()
b = [a]
a.append(b)
a.append(a)
print(a, b)

# An exception on the way leaves nothing behind.
class Bad:
    def __repr__(self): raise KeyError("bad")

l = [Bad()]
for _ in range(2):
    try: repr(l)
    except KeyError as e: print("KeyError", e)
l[0] = l
print(l)

# The repr asks twice, and each time sees that the list is being printed.
class Twice:
    def __repr__(self): return repr(outer) + str(len(outer))

outer = [Twice(), Twice(), 3]
print(outer)
from collections import UserList, UserDict, deque, OrderedDict
u = UserList(); u.append(u); print(u)
d = UserDict(); d["x"] = d; print(d)
q = deque(); r = R(); r.value = q; q.append(r); print(q)
