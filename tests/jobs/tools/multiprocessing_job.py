# Pools and processes, started in three ways.
import multiprocessing as mp, concurrent.futures as cf, os

def sq(x):
    return x * x

def bad(x):
    raise ValueError(x)

def worker(q, l, v, n):
    for i in range(n):
        with l:
            v.value += 1
    q.put(os.getpid() != os.getppid())
if __name__ == '__main__':
    for m in ('fork', 'spawn', 'forkserver'):
        c = mp.get_context(m)
        with c.Pool(2) as p:
            print(m, p.map(sq, range(10)), sorted(p.imap_unordered(sq, range(5))), p.apply_async(sq, (7,)).get(), p.starmap(pow, [(2, 3), (3, 2)]))
            try:
                p.map(bad, [1])
            except ValueError as e:
                print(repr(e))
        q, l, v = (c.Queue(), c.Lock(), c.Value('i', 0))
        ps = [c.Process(target=worker, args=(q, l, v, 100)) for _ in range(3)]
        [p.start() for p in ps]
        print([q.get() for _ in ps])
        [p.join() for p in ps]
        print(v.value, [p.exitcode for p in ps])
    with cf.ProcessPoolExecutor(2) as e:
        print(list(e.map(sq, range(5))))
    with cf.ThreadPoolExecutor(3) as e:
        print(list(e.map(sq, range(5))))
    with mp.Manager() as m:
        d = m.dict(a=1)
        l = m.list([1])
        l.append(2)
        print(dict(d), list(l))
    from multiprocessing import shared_memory
    s = shared_memory.SharedMemory(create=True, size=10)
    s.buf[:3] = b'abc'
    t = shared_memory.SharedMemory(s.name)
    print(bytes(t.buf[:3]))
    t.close()
    s.close()
    s.unlink()
