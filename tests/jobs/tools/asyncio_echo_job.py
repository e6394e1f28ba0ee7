# A TCP server under load, queues, groups, subprocesses.
import asyncio

async def handle(r, w):
    while (d := (await r.readline())):
        w.write(d.upper())
        await w.drain()
    w.close()

async def client(port, n):
    r, w = await asyncio.open_connection('127.0.0.1', port)
    t = 0
    for i in range(n):
        w.write(b'm%d\n' % i)
        await w.drain()
        t += len(await r.readline())
    w.close()
    await w.wait_closed()
    return t

async def main():
    s = await asyncio.start_server(handle, '127.0.0.1', 0)
    port = s.sockets[0].getsockname()[1]
    print(sum(await asyncio.gather(*(client(port, 100) for _ in range(50)))))
    q = asyncio.Queue(5)
    out = []

    async def prod():
        for i in range(20):
            await q.put(i)
        await q.put(None)

    async def cons():
        while (x := (await q.get())) is not None:
            out.append(x)
    async with asyncio.TaskGroup() as tg:
        tg.create_task(prod())
        tg.create_task(cons())
    print(out)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(9)
    except TimeoutError as e:
        print(repr(e))
    try:
        async with asyncio.TaskGroup() as tg:

            async def bad():
                raise ValueError('x')
            tg.create_task(bad())
            tg.create_task(asyncio.sleep(9))
    except* ValueError as g:
        print(g.exceptions)
    p = await asyncio.create_subprocess_exec('cat', stdin=-1, stdout=-1)
    print(await p.communicate(b'zz'), p.returncode)
    print(await asyncio.to_thread(sum, range(10)), await asyncio.get_running_loop().run_in_executor(None, len, 'abc'))
    s.close()
    await s.wait_closed()
asyncio.run(main())
