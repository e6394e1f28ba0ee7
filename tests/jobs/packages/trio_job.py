# Nurseries, cancellation, channels, sockets.
# Needs: trio
import trio

async def child(n, log):
    await trio.sleep(0.1 * n)
    log.append(n)

async def main():
    log = []
    async with trio.open_nursery() as n:
        for i in (3, 1, 2):
            n.start_soon(child, i, log)
    print(log)
    with trio.move_on_after(0.2) as c:
        await trio.sleep(5)
    print(c.cancelled_caught)
    s, r = trio.open_memory_channel(2)

    async def prod():
        async with s:
            for i in range(5):
                await s.send(i)
    async with trio.open_nursery() as n:
        n.start_soon(prod)
        print([x async for x in r])
    try:
        with trio.fail_after(0.01):
            await trio.sleep_forever()
    except trio.TooSlowError as e:
        print(repr(e))
    async with trio.open_nursery() as n:
        ls = await n.start(trio.serve_tcp, lambda st: echo(st), 0)
        c = await trio.open_tcp_stream('127.0.0.1', ls[0].socket.getsockname()[1])
        await c.send_all(b'hey')
        print(await c.receive_some())
        await c.aclose()
        n.cancel_scope.cancel()

async def echo(st):
    async for d in st:
        await st.send_all(d[::-1])
trio.run(main)
