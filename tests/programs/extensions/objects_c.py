# _pickle, _heapq, _bisect, _queue, _contextvars, _asyncio, _ctypes, _sqlite3, _datetime, _zoneinfo, _hashlib and friends.
import pickle, heapq, bisect, queue, contextvars, datetime, hashlib, itertools, collections, copyreg
import _opcode, _uuid, _lsprof, _sqlite3, ctypes, asyncio, select, resource, fcntl, grp


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)


class Slotted:
    __slots__ = "a", "b"


shared = [1]
value = [None, True, 1, -5, 2**70, 1.5, "text", "ü" * 300, b"bytes", bytearray(b"x"), (1, (2,)), {"k": shared, "l": shared}, {1, 2}, frozenset([3]), range(5), slice(1, 2), 1j, Ellipsis,
         print, Point, len, collections.OrderedDict(a=1), collections.deque([1]), datetime.date(2020, 1, 2)]
for protocol in range(6):
    data = pickle.dumps(value, protocol)
    back = pickle.loads(data)
    print(protocol, len(data) > 100, back == value, back[11]["k"] is back[11]["l"])
    print(pickle.loads(pickle.dumps(Point(1, [2]), protocol)) == Point(1, [2]))
s = Slotted()
s.a = 5
print(pickle.loads(pickle.dumps(s, 2)).a)
show(pickle.dumps, (i for i in []))
show(pickle.loads, b"nonsense")
show(pickle.loads, b"")
show(pickle.dumps, s, 0)
loop = []
loop.append(loop)
print(pickle.loads(pickle.dumps(loop))[0][0] is not None, pickle.dumps((1, "a"), 0), pickle.dumps({"a": 1}, 5))
buffers = []
print(type(pickle.loads(pickle.dumps(pickle.PickleBuffer(b"data"), 5, buffer_callback=buffers.append), buffers=buffers)).__name__, bytes(buffers[0].raw()))
h = [5, 1, 4]
heapq.heapify(h)
heapq.heappush(h, 0)
print(h, heapq.heappop(h), heapq.heappushpop(h, 3), heapq.nsmallest(2, h), heapq.nlargest(2, [3, 9, 1], key=lambda x: -x), list(heapq.merge([1, 4], [2, 3])))
show(heapq.heappop, [])
show(heapq.heappush, (), 1)
print(bisect.bisect([1, 2, 2, 3], 2), bisect.bisect_left([1, 2, 2, 3], 2), bisect.bisect([1, 2, 3], 2.5, key=lambda x: x))
q = queue.SimpleQueue()
q.put(1)
print(q.get(), q.empty(), q.qsize())
show(q.get, block=False)
var = contextvars.ContextVar("var", default="default")
token = var.set("set")


def inside():
    var.set("inside")
    return var.get(), contextvars.copy_context()[var]


context = contextvars.copy_context()
print(var.get(), context.run(inside), var.get(), context[var], len(context), var in context, list(context.values()), token.old_value is contextvars.Token.MISSING, contextvars.Token.MISSING)
var.reset(token)
print(var.get())
show(context.run)
show(contextvars.ContextVar, 5)


async def child(n):
    await asyncio.sleep(0)
    var.set(n)
    return n * 2


async def main():
    task = asyncio.create_task(child(4), name="child")
    print(await asyncio.gather(child(1), child(2), task), var.get(), task.done(), task.get_name())
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "later")
    print(await future)
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as e:
        print("timeout", repr(e))


asyncio.run(main())
d = datetime.datetime(2024, 2, 29, 12, 30, 15, 5)
print(d, repr(d), d + datetime.timedelta(days=366, seconds=1.5), d - datetime.datetime(2023, 1, 1), d.isoformat(), d.strftime("%Y-%j"), datetime.datetime.fromisoformat("2011-11-04T00:05:23+04:00"), d.timetuple()[:3], d.replace(year=2020), d.date() < datetime.date.max)
print(datetime.timedelta(1, 2, 3) * 1.5, datetime.timedelta(hours=5) // 7, divmod(datetime.timedelta(5), datetime.timedelta(2)), datetime.time(1, 2), datetime.timezone(datetime.timedelta(hours=2)), hash(d) == hash(d.replace()))
show(datetime.date, 2023, 2, 29)
show(datetime.timedelta, days=10**10)
show(lambda: d < 5)
show(lambda: d - d.replace(tzinfo=datetime.timezone.utc))
for name in ["md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b", "blake2s"]:
    print(name, hashlib.new(name, b"text").hexdigest()[:20])
print(hashlib.shake_128(b"x").hexdigest(5), hashlib.sha256().block_size, hashlib.pbkdf2_hmac("sha256", b"p", b"s", 10).hex()[:10], hashlib.blake2b(b"x", key=b"k", digest_size=5).digest())
show(hashlib.new, "no")
show(hashlib.md5, "text")
print(_opcode.stack_effect(1), _opcode.stack_effect(100, 5))
show(_opcode.stack_effect, 1000)
c = _sqlite3.connect(":memory:")
c.execute("create table t (a, b)")
c.executemany("insert into t values (?, ?)", [(1, "x"), (2.5, None), (b"blob", "ü")])
print(c.execute("select * from t").fetchall(), c.execute("select count(*), sum(a) from t").fetchone(), c.total_changes)
c.create_function("twice", 1, lambda x: x * 2)
print(c.execute("select twice(21)").fetchone())
show(c.execute, "select nonsense")
c.close()
show(c.execute, "select 1")


class Pair(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_double)]


libc = ctypes.CDLL(None)
libc.strlen.restype = ctypes.c_size_t
print(libc.strlen(b"four"), ctypes.sizeof(Pair), Pair(1, 2.5).b, (ctypes.c_int * 3)(1, 2, 3)[:], ctypes.c_uint8(300).value, ctypes.string_at(b"abc"), ctypes.cast(ctypes.pointer(ctypes.c_int(5)), ctypes.POINTER(ctypes.c_int))[0])
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))(lambda a, b: a[0] - b[0])
array = (ctypes.c_int * 4)(4, 1, 3, 2)
libc.qsort(array, 4, ctypes.sizeof(ctypes.c_int), compare)
print(list(array))
show(Pair, "x")
for source in [(ctypes.c_ubyte * 4).from_buffer_copy(b"data"), (ctypes.c_int * 4)(), (Pair * 2)()]:
    view = memoryview(source)
    print(view.format[:2], view.cast("B").nbytes)
    show(lambda: view.cast("i").nbytes)
    show(lambda: view.cast("B").cast("<i"))
show(libc.strlen, object())
profiler = _lsprof.Profiler()
profiler.enable()
list(map(abs, [1, -2]))
profiler.disable()
print(sorted(str(e.code)[:20] for e in profiler.getstats() if isinstance(e.code, str))[:1])
print(select.select([], [], [], 0), resource.getrlimit(resource.RLIMIT_CORE)[0] >= -1, fcntl.fcntl(0, fcntl.F_GETFD) >= 0, grp.getgrgid(0).gr_name, len(_uuid.generate_time_safe()[0]))
show(grp.getgrnam, "no such group")
show(select.select, [], [], "x")
