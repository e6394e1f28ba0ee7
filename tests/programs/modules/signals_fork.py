# Signals in the main thread, waiting for them, timers, forks with threads and hooks.
import os
import signal
import sys
import threading
import time
import _thread

log = []
signal.signal(signal.SIGUSR1, lambda s, f: log.append((signal.Signals(s).name, threading.current_thread() is threading.main_thread())))

def main():
    os.kill(os.getpid(), signal.SIGUSR1)
    t = threading.Thread(target=signal.pthread_kill, args=(threading.main_thread().ident, signal.SIGUSR1))
    t.start()
    t.join()
    for _ in range(100):
        if len(log) == 2:
            break
        time.sleep(0.01)
    print(log)

main()
try:
    _thread.interrupt_main()
    time.sleep(1)
except KeyboardInterrupt:
    print("interrupted")
try:
    threading.Thread(target=lambda: (time.sleep(0.02), _thread.interrupt_main())).start()
    while True:
        pass
except KeyboardInterrupt:
    print("interrupted a loop")

class Alarm(Exception):
    pass

def ring(*_):
    raise Alarm

signal.signal(signal.SIGALRM, ring)
lock = _thread.allocate_lock()
lock.acquire()
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    lock.acquire()
except Alarm:
    print("alarm in acquire", signal.getitimer(signal.ITIMER_REAL))
try:
    import re
    signal.setitimer(signal.ITIMER_REAL, 0.03)
    re.match("(a+a+)+b", "a" * 40)
except Alarm:
    print("alarm in a match")
print(signal.sigtimedwait([signal.SIGUSR2], 0.01))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR2)
print(sorted(signal.sigpending()), signal.sigwaitinfo([signal.SIGUSR2]).si_signo == signal.SIGUSR2, signal.sigpending())
for call in (lambda: signal.signal(99, signal.SIG_DFL), lambda: signal.signal(2, 5), lambda: signal.sigtimedwait([1], -1), lambda: signal.raise_signal(1000), lambda: _thread.interrupt_main(100), lambda: signal.pidfd_send_signal(-1, 0)):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)
t = threading.Thread(target=lambda: log.append(type(call_in_thread()).__name__))

def call_in_thread():
    try:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    except ValueError as e:
        return e

t.start()
t.join()
print(log[-1])

# Forks: hooks in order, only the forking thread lives on.
os.register_at_fork(before=lambda: log.append("b1"), after_in_child=lambda: log.append("c1"), after_in_parent=lambda: log.append("p1"))
os.register_at_fork(before=lambda: log.append("b2"), after_in_child=lambda: log.append("c2"), after_in_parent=lambda: log.append("p2"))
del log[:]
stop = threading.Event()
other = threading.Thread(target=stop.wait)
other.start()

def forks():
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        text = f"{log} {threading.active_count()} {threading.main_thread() is threading.current_thread()} {other.is_alive()} {len(sys._current_frames())}"
        os.write(w, text.encode())
        os._exit(7)
    os.close(w)
    with open(r) as f:
        print(f.read(), log, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

forks()
del log[:]
t = threading.Thread(target=forks)
t.start()
t.join()
stop.set()
other.join()
