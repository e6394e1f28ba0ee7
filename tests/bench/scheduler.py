"""A simulated operating system in the manner of Richards: tasks with priorities pass packets to each other through a scheduler.

Argument: runs. Prints how many packets were queued and how often tasks were held.
"""
import sys

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
DEVICE_PACKET, WORK_PACKET = 0, 1


class Packet:
    def __init__(self, link, ident, kind):
        self.link, self.ident, self.kind = link, ident, kind
        self.datum = 0
        self.data = [0, 0, 0, 0]

    def append_to(self, queue):
        self.link = None
        if queue is None: return self
        last = queue
        while last.link is not None: last = last.link
        last.link = self
        return queue


class Task:
    """A task is pending (has packets), waiting, held, or runs."""

    def __init__(self, system, ident, priority, queue, pending=False, waiting=False):
        self.system, self.ident, self.priority, self.queue = system, ident, priority, queue
        self.pending, self.waiting, self.held = pending, waiting, False
        self.link = system.tasks
        system.tasks = self
        system.table[ident] = self

    def blocked(self): return self.held or (not self.pending and self.waiting)

    def add(self, packet, sender):
        if self.queue is None:
            self.queue = packet
            self.pending = True
            if self.priority > sender.priority: return self
        else:
            packet.append_to(self.queue)
        return sender

    def run(self):
        packet = None
        if self.waiting and self.pending:
            packet = self.queue
            self.queue = packet.link
            self.pending = self.queue is not None
            self.waiting = False
        return self.step(packet)

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.system.holds += 1
        self.held = True
        return self.link

    def release(self, ident):
        other = self.system.find(ident)
        other.held = False
        return other if other.priority > self.priority else self

    def send(self, packet):
        other = self.system.find(packet.ident)
        self.system.queued += 1
        packet.link, packet.ident = None, self.ident
        return other.add(packet, self)


class Idle(Task):
    def __init__(self, *args):
        Task.__init__(self, *args)
        self.seed, self.count = 1, 10_000

    def step(self, packet):
        self.count -= 1
        if self.count == 0: return self.hold()
        if self.seed & 1 == 0:
            self.seed //= 2
            return self.release(DEVICE_A)
        self.seed = self.seed // 2 ^ 0xD008
        return self.release(DEVICE_B)


class Worker(Task):
    def __init__(self, *args):
        Task.__init__(self, *args)
        self.target, self.letter = HANDLER_A, 0

    def step(self, packet):
        if packet is None: return self.wait()
        self.target = HANDLER_B if self.target == HANDLER_A else HANDLER_A
        packet.ident, packet.datum = self.target, 0
        for i in range(len(packet.data)):
            self.letter = self.letter + 1 if self.letter < 26 else 1
            packet.data[i] = 64 + self.letter
        return self.send(packet)


class Handler(Task):
    def __init__(self, *args):
        Task.__init__(self, *args)
        self.work_in, self.device_in = None, None

    def step(self, packet):
        if packet is not None:
            if packet.kind == WORK_PACKET: self.work_in = packet.append_to(self.work_in)
            else: self.device_in = packet.append_to(self.device_in)
        work = self.work_in
        if work is None: return self.wait()
        if work.datum >= len(work.data):
            self.work_in = work.link
            return self.send(work)
        device = self.device_in
        if device is None: return self.wait()
        self.device_in = device.link
        device.datum = work.data[work.datum]
        work.datum += 1
        return self.send(device)


class Device(Task):
    def __init__(self, *args):
        Task.__init__(self, *args)
        self.pending_packet = None

    def step(self, packet):
        if packet is None:
            packet = self.pending_packet
            if packet is None: return self.wait()
            self.pending_packet = None
            return self.send(packet)
        self.pending_packet = packet
        return self.hold()


class System:
    def __init__(self):
        self.tasks, self.table, self.queued, self.holds = None, [None] * 6, 0, 0

    def find(self, ident):
        task = self.table[ident]
        if task is None: raise LookupError(ident)
        return task

    def schedule(self):
        task = self.tasks
        while task is not None:
            task = task.link if task.blocked() else task.run()

    def boot(self):
        Idle(self, IDLE, 0, None)
        queue = Packet(Packet(None, WORKER, WORK_PACKET), WORKER, WORK_PACKET)
        Worker(self, WORKER, 1000, queue, True, True)
        for handler, device, priority in ((HANDLER_A, DEVICE_A, 2000), (HANDLER_B, DEVICE_B, 3000)):
            queue = None
            for _ in range(3): queue = Packet(queue, device, DEVICE_PACKET)
            Handler(self, handler, priority, queue, True, True)
        Device(self, DEVICE_A, 4000, None, False, True)
        Device(self, DEVICE_B, 5000, None, False, True)
        return self


def main(runs):
    for _ in range(runs):
        system = System().boot()
        system.schedule()
    return system.queued, system.holds


if __name__ == "__main__":
    print(*main(int(sys.argv[1]) if len(sys.argv) > 1 else 14))
