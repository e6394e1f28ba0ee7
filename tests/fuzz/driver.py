"""The oracle's side of the fuzzer: a fork server, so that a mutant costs a fork and not a start-up.

Reads requests from standard input, one a line: the path of a program, a time limit in seconds and one of memory in bytes,
separated by tabs. Forks a child that runs the program as __main__, with stderr in PATH.err, and answers on standard output
with one line: `exit N`, `signal N` or `timeout`.
"""

import os
import resource
import select
import signal
import sys


def child(path, memory):
    """Puts the forked process into the state of a fresh interpreter about to run `path`; returns its source."""
    os.setpgid(0, 0)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    err = os.open(path + ".err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(err, 2)
    os.closerange(3, 256)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with open(path, "rb") as file:
        return file.read()


def wait(pid, limit):
    """The child's end, or its killing at the time limit. Its pidfd becomes readable when it ends."""
    fd = os.pidfd_open(pid)
    try:
        ready, _, _ = select.select([fd], [], [], limit)
    finally:
        os.close(fd)
    if not ready:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return "timeout"
    _, status = os.waitpid(pid, 0)
    return f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"


def run(code, space, names):
    names.clear()
    names.update(space)
    exec(code, names)


# Only what a fresh interpreter has imported is there for the program.
for name in ("resource", "select"):
    del sys.modules[name]
source = None
for request in iter(sys.stdin.readline, ""):
    path, limit, memory = request.rstrip("\n").split("\t")
    pid = os.fork()
    if pid == 0:
        source = child(path, int(memory))
        break
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass
    print(wait(pid, float(limit)), flush=True)

if source is not None:
    sys.argv[:] = [path]
    sys.path[0] = os.path.dirname(path)
    space = {"__name__": "__main__", "__builtins__": __builtins__, "__file__": path, "__doc__": None, "__spec__": None, "__package__": None, "__loader__": None, "__cached__": None, "__annotations__": {}}
    # The program's names replace the driver's: they are what `__main__` has, and what the end of the process finalises.
    run(compile(source, path, "exec", dont_inherit=True), space, vars(sys.modules["__main__"]))
