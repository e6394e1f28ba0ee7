"""Does all kinds of work over and over in one process: results stay the same, memory and references stay flat.

    hotpy -X refcounts tests/soak/soak.py --seconds 7200

A round does each unit once. Rounds of the first quarter warm up; from then on the resident size, and where `sys.gettotalrefcount` exists the
total of references, may not grow: the median of the last third of the rounds is held against the median of the first third. Status 1 says
that something failed or grew; the table at the end shows the sizes.
"""
import argparse, asyncio, collections, contextlib, copy, ctypes, datetime, decimal, fractions, functools, gc, hashlib, heapq, importlib, io, itertools
import json, os, pickle, queue, random, re, resource, signal, socket, sqlite3, ssl, statistics, string, struct, subprocess, sys, tempfile, textwrap, threading
import time, traceback, types, weakref, zipfile, zlib

UNITS = []


def unit(function):
    UNITS.append(function)
    return function


@unit
def loops():
    total, texts = 0, []
    for i in range(20000):
        total += i * 3 % 7
        if i % 1000 == 0:
            texts.append(f'{i:x}')
    return total, ''.join(texts)


@unit
def classes():
    class Meta(type):
        def __new__(mcls, name, bases, namespace):
            return super().__new__(mcls, name, bases, namespace | {'made': name})

    class Base(metaclass=Meta):
        __slots__ = ('a', 'b', '__weakref__')

        def __init__(self, a):
            self.a = a
            self.b = [self]

        @property
        def value(self):
            return self.a * 2

        def __add__(self, other):
            return type(self)(self.a + other.a)

    class Derived(Base):
        def __getattr__(self, name):
            return name

    objects = [Derived(i) for i in range(500)]
    references = [weakref.ref(o) for o in objects]
    result = sum((x + y).value for x, y in zip(objects, objects[1:])), objects[0].unknown, Derived.made
    del objects
    gc.collect()
    return result, sum(r() is None for r in references)


@unit
def code_that_changes():
    results = []
    for n in range(20):
        namespace = {}
        exec(compile(f'def f(x):\n    t = 0\n    for i in range(200):\n        t += x * i + {n}\n    return t\n', f'<soak {n}>', 'exec'), namespace)
        results.append(namespace['f'](n))
        module = types.ModuleType(f'soak_{n}')
        module.f = namespace['f']
        sys.modules[module.__name__] = module
        del sys.modules[module.__name__]
    return results


@unit
def exceptions():
    def fail(n):
        try:
            if n == 0:
                raise KeyError('bottom')
            fail(n - 1)
        except KeyError as error:
            if n % 5 == 0:
                raise ValueError(n) from error
            raise
        finally:
            pass
    counts = collections.Counter()
    for n in range(60):
        try:
            fail(n % 12)
        except (KeyError, ValueError) as error:
            counts[type(error).__name__] += len(traceback.format_exception(error))
    try:
        raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
    except* ValueError as group:
        counts['group'] += len(group.exceptions)
    except* TypeError:
        counts['type'] += 1
    return dict(counts)


@unit
def generators():
    def tree(n):
        if n:
            yield from tree(n - 1)
            yield n
            yield from tree(n - 1)
    g = (x * x for x in tree(9))
    partial = [next(g) for _ in range(100)]
    g.close()
    return sum(tree(10)), sum(partial), list(itertools.islice(itertools.accumulate(itertools.cycle([1, 2, 3])), 20))


@unit
def texts():
    words = re.findall(r'\w+', __doc__) * 20
    replaced = re.sub(r'(\w)(\w*)', lambda m: m[2] + m[1].upper(), ' '.join(words))
    wrapped = textwrap.wrap(replaced, 60)
    return len(wrapped), hashlib.sha256('\n'.join(wrapped).encode('utf-16')).hexdigest(), string.Template('$a-$b').substitute(a=1, b='é')


@unit
def data():
    value = {'numbers': list(range(300)), 'texts': [str(i) * 3 for i in range(100)], 'nested': [{'a': [1.5, None, True]} for _ in range(50)]}
    blob = pickle.dumps(value)
    assert pickle.loads(blob) == json.loads(json.dumps(value)) == copy.deepcopy(value) == value
    packed = struct.pack('<200I', *range(200))
    return zlib.crc32(zlib.decompress(zlib.compress(blob + packed))), len(blob)


@unit
def numbers():
    with decimal.localcontext() as context:
        context.prec = 60
        root = decimal.Decimal(2).sqrt()
    number = functools.reduce(lambda a, b: a * b, range(1, 200))
    return str(root), number % (2 ** 61 - 1), sum(fractions.Fraction(1, n) for n in range(1, 40)).numerator, str(datetime.datetime(2024, 2, 29) + datetime.timedelta(days=366.5))


@unit
def containers():
    rng = random.Random(7)
    heap, mapping, ordered = [], collections.defaultdict(list), collections.OrderedDict()
    for i in range(2000):
        key = rng.randrange(300)
        heapq.heappush(heap, (key, i))
        mapping[key].append(i)
        ordered[key] = i
        if i % 3 == 0:
            ordered.move_to_end(key, last=False)
            heapq.heappop(heap)
    items = sorted(mapping.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return items[:3], list(ordered)[:5], heap[0], len(set(mapping) ^ set(range(500)))


@unit
def database():
    with contextlib.closing(sqlite3.connect(':memory:')) as connection:
        connection.create_function('twice', 1, lambda x: x * 2)
        connection.execute('create table t(a integer, b text)')
        connection.executemany('insert into t values(?, ?)', ((i, str(i)) for i in range(300)))
        return connection.execute('select sum(twice(a)), count(distinct b) from t where a % 3 = 0').fetchone()


@unit
def files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'a.txt')
        with open(path, 'w', encoding='utf-8') as file:
            file.writelines(f'line {i} é\n' for i in range(500))
        with open(path, encoding='utf-8') as file:
            lines = sum(len(line) for line in file)
        archive = os.path.join(folder, 'a.zip')
        with zipfile.ZipFile(archive, 'w', zipfile.ZIP_DEFLATED) as z:
            z.write(path, 'a.txt')
            z.writestr('soaked.py', 'value = 42\n')
        sys.path.insert(0, archive)
        try:
            value = importlib.import_module('soaked').value
        finally:
            sys.path.remove(archive)
            del sys.modules['soaked']
            sys.path_importer_cache.pop(archive, None)
            importlib.invalidate_caches()
            sys.modules['zipimport']._zip_directory_cache.pop(archive, None)
        return lines, value, sorted(os.listdir(folder))


@unit
def threads():
    work, done = queue.Queue(), []
    lock = threading.Lock()

    def worker():
        while (item := work.get()) is not None:
            value = sum(i * item for i in range(300))
            with lock:
                done.append(value)
    workers = [threading.Thread(target=worker) for _ in range(4)]
    for thread in workers:
        thread.start()
    for item in range(40):
        work.put(item)
    for _ in workers:
        work.put(None)
    for thread in workers:
        thread.join()
    return sum(done)


@unit
def event_loop():
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper())
            await writer.drain()
        writer.close()

    async def client(port, n):
        reader, writer = await asyncio.open_connection('127.0.0.1', port)
        total = 0
        for i in range(5):
            writer.write(f'hello {n} {i}\n'.encode())
            total += len(await reader.readline())
        writer.close()
        await writer.wait_closed()
        return total

    async def main():
        server = await asyncio.start_server(serve, '127.0.0.1', 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            async with asyncio.timeout(60):
                totals = await asyncio.gather(*(client(port, n) for n in range(8)))
        return sum(totals)
    return asyncio.run(main())


@unit
def c_functions():
    libc = ctypes.CDLL(None)
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    array = (ctypes.c_int * 50)(*(i * 7919 % 101 for i in range(50)))
    libc.qsort(array, len(array), ctypes.sizeof(ctypes.c_int), compare(lambda a, b: a[0] - b[0]))
    return list(array)[:5], libc.abs(-3)


@unit
def secure():
    context = ssl.create_default_context()
    context.check_hostname = False
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = context.wrap_bio(incoming, outgoing)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()[:3]


@unit
def signals():
    hits = []
    before = signal.signal(signal.SIGUSR1, lambda *_: hits.append(1))
    for _ in range(5):
        os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(100):
        pass
    signal.signal(signal.SIGUSR1, before)
    return len(hits) > 0


@unit
def tracing():
    events = collections.Counter()

    def watch(frame, event, argument):
        events[event] += 1
        return watch

    def watched(n):
        return sum(i for i in range(n))
    sys.settrace(watch)
    try:
        watched(50)
    finally:
        sys.settrace(None)
    return dict(events)


@unit
def processes():
    left, right = socket.socketpair()
    with left, right:
        child = os.fork()
        if child == 0:
            try:
                right.sendall(b'child')
            finally:
                os._exit(0)
        answer = left.recv(10)
        os.waitpid(child, 0)
    return answer


def programs(folder):
    """The jobs that run as programs of their own: one a round."""
    here = os.path.dirname(os.path.abspath(__file__))
    jobs = os.path.join(here, '..', 'jobs', folder)
    return itertools.cycle(sorted(os.path.join(jobs, name) for name in os.listdir(jobs) if name.endswith('_job.py')))


def resident():
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--seconds', type=float, default=120)
    parser.add_argument('--jobs', action='store_true', help='run a job of tests/jobs as a program after each tenth round, too')
    options = parser.parse_args()
    # A shell has what it runs in the background ignore SIGINT, which the jobs send to programs of theirs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    end = time.monotonic() + options.seconds
    expected, sizes, totals, failures, rounds = {}, [], [], [], 0
    total_references = getattr(sys, 'gettotalrefcount', None)
    jobs, ran = programs('tools'), 0
    while time.monotonic() < end or rounds < 12:
        for function in UNITS:
            try:
                result = function()
            except Exception as error:
                failures.append((rounds, function.__name__, repr(error)))
                traceback.print_exc()
                continue
            if expected.setdefault(function.__name__, result) != result:
                failures.append((rounds, function.__name__, 'another result'))
        if options.jobs and rounds % 10 == 9:
            job = next(jobs)
            ran += 1
            answer = subprocess.run([sys.executable, '-B', job], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=600)
            if answer.returncode:
                failures.append((rounds, os.path.basename(job), answer.stderr[-500:]))
        rounds += 1
        gc.collect()
        sizes.append(resident())
        if total_references:
            totals.append(total_references())
    print(f'{rounds} rounds of {len(UNITS)} units, {ran} jobs, {len(failures)} failures')
    for failure in failures[:20]:
        print('failed:', *failure)
    bad = bool(failures)
    for name, series, slack in (('resident bytes', sizes, 2 << 20), ('references', totals, 200)):
        if not series:
            continue
        series = series[len(series) // 4:]
        third = max(1, len(series) // 3)
        first, last = statistics.median(series[:third]), statistics.median(series[-third:])
        grows = last > first + max(slack, first * 0.02)
        bad |= grows
        print(f'{name}: first {first:.0f}, last {last:.0f}, highest {max(series)}{" GROWS" if grows else ""}')
    return bad


sys.exit(main())
