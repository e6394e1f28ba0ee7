# Views that a slice's index releases, functions that a finalizer finds cleared, iterators that the look-up of iter exhausts, empty bytes.
import builtins, gc, _weakref

class Index:
    def __index__(self):
        view.release()
        return 4
for start, stop in (None, Index()), (Index(), 8):
    view = memoryview(bytearray(b'\xff' * 128))
    print(list(view[start:stop]))
view = memoryview(bytearray(b'\xff' * 128))
try: view[Index()]
except ValueError as e: print(e)

class Late:
    __slots__ = ('ref',)
    def __del__(self):
        global func
        func = self.ref()
class Cyclic(tuple):
    __slots__ = ()
    def __del__(self):
        self[1].ref = _weakref.ref(self[0])
        global late
        del late
late = Late()
def func(): pass
cyclic = tuple.__new__(Cyclic, (func, late))
func.__module__ = cyclic
del func, cyclic
gc.collect()
print(repr(func).split(' at ')[0], [func.__name__, func.__qualname__, func.__module__, func.__doc__])

kept = builtins.iter
class Name:
    def __init__(self, iterator): self.iterator = iterator
    def __hash__(self): return hash('iter')
    def __eq__(self, other):
        for _ in self.iterator: pass
        return other == 'iter'
space = builtins.__dict__
for thing in 'xyz', [1, 2], (1, 2), b'ab', bytearray(b'ab'), tuple[int]:
    it = kept(thing)
    del space['iter']
    space[Name(it)] = kept
    print(it.__reduce__()[1])
    for key in list(space):
        if isinstance(key, Name): del space[key]
    space['iter'] = kept

x = b'x'
print(x * 0 is x * 0, x * -1 is x * 0, (x * 0) * 5, x * 1 is x, b'' * 3)
