# Interpreters that C code makes, runs and ends: what each has of its own.
import sys
sys.path.insert(0, sys.argv[1])
import interpreters as c

folder = sys.argv[1]


def run(ts, text):
    sys.stdout.flush()
    print(c.run(ts, text))


first, ok = c.new(False)
second, _ = c.new(True)
print(ok, c.all())
run(first, "import sys; x = 1; print(__name__, sys.argv[:0], 'sys' in sys.modules, 'interpreters' in sys.modules, flush=True)")
run(first, f"sys.path.insert(0, {folder!r}); import interpreters as c; c.dict()['mine'] = x; print(c.all(), c.dict(), flush=True)")
run(second, "print('x' in globals(), flush=True)")
run(first, "import builtins; builtins.gift = 5; print(gift, x, flush=True)")
run(second, "print(hasattr(__builtins__, 'gift'), flush=True)")
print(hasattr(__builtins__, "gift"), c.dict())
run(first, "1/0")
run(first, "import codecs, warnings, atexit, os; codecs.register(lambda n: codecs.lookup('ascii') if n == 'mine' else None); print('a'.encode('mine'), flush=True)")
run(second, "try: 'a'.encode('mine')\nexcept LookupError as e: print(e, flush=True)")
run(first, "warnings.simplefilter('error')\ntry: warnings.warn('w')\nexcept UserWarning as e: print('error', e, flush=True)")
run(second, "import warnings; warnings.simplefilter('ignore'); print(warnings.warn('w'), flush=True)")
run(first, "atexit.register(print, 'first ends', flush=True); os.register_at_fork(before=lambda: print('no')); print(atexit._ncallbacks(), flush=True)")
run(second, "import atexit; print(atexit._ncallbacks(), flush=True)")
run(first, "sys.addaudithook(lambda e, a: e == 'mine' and print('heard', a, flush=True)); sys.audit('mine', 1)")
sys.audit("mine", 2)
run(second, "import _thread, os\nfor f in (lambda: _thread.start_new_thread(print, ()), os.fork):\n    try: f()\n    except RuntimeError as e: print(e, flush=True)")
run(first, "import threading; t = threading.Thread(target=print, args=('thread',), kwargs={'flush': True}); t.start(); t.join(); print(threading.active_count(), flush=True)")
run(first, "import signal\ntry: signal.signal(2, print)\nexcept ValueError as e: print(e, flush=True)")
run(first, "sys.setrecursionlimit(500); print(sys.getrecursionlimit(), flush=True)")
print(sys.getrecursionlimit())
run(first, "import io, math, json, re, datetime, struct, collections\ntry: io.RawIOBase().seek(0)\nexcept io.UnsupportedOperation: print('same', flush=True)")
import io
try:
    io.RawIOBase().seek(0)
except io.UnsupportedOperation:
    print("same")
run(first, "class K:\n    def __del__(self): print('gone', x, flush=True)\nk = K()")
print(c.end(first), c.all())
print(c.end(second), c.all())
print(c.bare(), c.all())


def show(o):
    try:
        copy, own = c.send(o)
        print(ascii(copy), type(copy) is type(o), own)
    except Exception as e:
        print(type(e).__name__, e)


for o in None, 5, -2**63, 2**63, b"a\0b", "h\xe9\u1234\U00012345", "", True, 1.5, (1,):
    show(o)
