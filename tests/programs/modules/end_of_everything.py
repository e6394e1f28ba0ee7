# The end of the interpreter: what lives in sys, builtins, other modules, cycles, threads, codecs and callbacks dies, in which order, and what it finds then.
import _thread, atexit, builtins, codecs, encodings, gc, posix, sys, time, weakref


def say(text, write=posix.write): write(1, (text + "\n").encode())


class A:
    def __init__(self, name): self.name = name
    def __del__(self, say=say): say("del " + self.name)


class Asks(A):
    def __del__(self, say=say, Exception=Exception):
        found = []
        for name in "len", "open", "added", "exit", "int":
            try: eval(name)
            except Exception as e: found.append(type(e).__name__)
            else: found.append(name)
        say("%s finds %s" % (self.name, found))


class Fails:
    def __del__(self): raise ValueError("nobody can be told")


sys.stdout.reconfigure(line_buffering=True)
sys.stdout.kept = A("attribute of stdout")
sys.first = A("sys.first")
sys._under = A("sys._under")
sys.fails = Fails()
sys.other = type(sys)("other")
sys.other.a, sys.other._b = A("other.a"), A("other._b")
sys.cycle = A("cycle in sys")
sys.cycle.me = sys.cycle
sys.path.append(A("in sys.path"))
sys.argv.append(A("in sys.argv"))
sys.ps1, sys.last_value = A("ps1"), A("last value")
sys.path_hooks.append(A("path hook"))
sys.modules["not a module"] = A("in sys.modules")
sys.modules["empty"] = type(sys)("empty")
sys.modules["empty"].x = A("empty.x")
builtins.added, builtins._under, builtins._ = A("builtins.added"), A("builtins._under"), A("builtins._")
builtins.exit, builtins.int = Asks("builtins.exit"), A("builtins.int")
sys.asks = Asks("sys.asks")
encodings.kept = A("encodings.kept")
alone, _alone = A("global"), A("_global")
pair = [A("global cycle")]
pair.append(pair)
lost = A("lost cycle")
lost.me = lost
del lost


class Plain: attribute = A("attribute of a class")


def default(x=A("default")): pass
def generator(x):
    try: yield
    finally: say("end of a generator")


running = generator(A("argument of a generator"))
next(running)

sys.local, there, lock = _thread._local(), _thread._local(), _thread.allocate_lock()
sys.local.x = A("local of the main thread")


def thread():
    there.x = A("local of a thread")
    lock.release()


lock.acquire()
_thread.start_new_thread(thread, ())
lock.acquire()
time.sleep(0.02)
say("the thread is over")

codecs.register(lambda name, kept=A("codec search"): None)
codecs.register_error("odd", lambda error, kept=A("error handler"): None)
gc.callbacks.append(lambda phase, info, kept=A("gc callback"): None)
atexit.register(lambda kept: say("at exit"), A("argument at exit"))
weakref.finalize(alone, say, "finalize at exit")
sys.watched = Plain()
sys.watcher = weakref.ref(sys.watched, lambda gone: say("weak callback"))
print("the last line")
