# Sessions at a terminal: editing, history and completion, start-up files, interrupts, what a statement ends with. The library's `readline`
# must be there, and a terminal of the simplest kind, so that nothing depends on how lines are drawn.
import os, pty, re, select, sys, tempfile, time

home = tempfile.mkdtemp()


def session(keys, args=(), **env):
    pid, fd = pty.fork()
    if pid == 0:
        kept = {n: v for n, v in os.environ.items() if not n.startswith("PYTHON") and n not in ("INPUTRC", "COLUMNS", "LINES")}
        os.execve(sys.executable, [sys.executable, "-q", *args], {**kept, "TERM": "dumb", "HOME": home, **env})
    out = b""

    def wait(seconds=20):
        # For a prompt, and then nothing more.
        nonlocal out
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            quiet = out.endswith(b"> ") or out.endswith(b"... ") or out.endswith(b": ") or out.endswith(b"\x08")
            ready = select.select([fd], [], [], 0.05 if quiet else 1)[0]
            if ready:
                try:
                    new = os.read(fd, 65536)
                except OSError:
                    return False
                if not new:
                    return False
                out += new
            elif quiet:
                return True
        return True

    alive = wait()
    for key in keys:
        if not alive:
            break
        os.write(fd, key)
        alive = wait()
    wait(1)
    os.close(fd)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    text = out.decode(errors="replace").replace("\r", "").replace(home, "HOME").replace(sys.executable, "PYTHON")
    return re.sub("0x[0-9a-f]+", "0x", text), status


def show(name, keys, args=(), **env):
    text, status = session(keys, args, **env)
    print("=====", name, status)
    print(text)


def file(name, text):
    path = os.path.join(home, name)
    with open(path, "w") as f:
        f.write(text)
    return path


def lines(text):
    return [line.encode() + b"\r" for line in text.splitlines()]


END = [b"\x04"]
START = file("start.py", "print('start', __name__, '__file__' in globals())\nimport sys\nsys.ps1 = '>> '\nzz = 1\n")
BAD = file("bad.py", "print('one')\n1/0\n")
SCRIPT = file("script.py", "v = 5\nprint('script')\n1/0\n")
show("values", lines("x = 41\nx + 1\n_\nNone\n'a'; 7\nprint(3)") + END)
show("history", [b"y = 41\r", b"y + 1\r", b"\x10\x10\x10\x08\x08\x08 = 8\r", b"y\r"] + END)
show("completion", [b"import sys\r", b"sys.getrecursionl\t.__name__\r", b"impor\tos\r", b"for q in (1, 2):\r", b"\tprint(q)\r", b"\r"] + END)
print(open(os.path.join(home, ".python_history")).read().splitlines())
show("ends", lines("# hello\n5\n\nx = \\\n6\nx\n   \n'''a\nb'''\nif 1:\n if 2: 3\n else: 4\nelse: 5\n\n@id\ndef f():\n  pass\n\ntry: 1/0\nexcept: 9\n\nx = (1,\n2)\nif 1: 2\n\nwhile 0:\n\nmatch 5:\n  case 5: 6\n\nmatch = 3\nmatch\na b\n 1\nfor\nx = '''\n'''") + END)
show("interrupts", [b"abc\x03", b"1+1\r", b"for i in [1]:\r", b"  x\x03", b"2\r"] + END)
show("start-up", lines("zz") + END, PYTHONSTARTUP=START)
show("no start-up", lines("zz") + END, ["-E"], PYTHONSTARTUP=START)
show("failing start-up", lines("zz") + END, PYTHONSTARTUP=BAD)
show("missing start-up", lines("zz") + END, PYTHONSTARTUP=os.path.join(home, "none.py"))
show("prompts", lines("import sys\nclass P:\n n = 0\n def __str__(self): P.n += 1; return f'[{P.n}]> '\n\nsys.ps1 = P()\n1\nsys.ps2 = '.. > '\nif 1:\n 2\n\nsys.exit(3)"))
show("future", lines("from __future__ import annotations\ndef f(x: 1+1): pass\n\nf.__annotations__") + END)
show("after a script", lines("v\nexit(7)"), ["-i", SCRIPT])
show("after a command", lines("v") + END, ["-i", "-c", "import sys; v = 1; sys.exit(3)"])
show("inspect", lines("v") + END, ["-c", "v = 1"], PYTHONINSPECT="1")
show("inspect, asked late", lines("v") + END, ["-c", "import os; os.environ['PYTHONINSPECT'] = '1'; v = 1"])
show("modules", lines("import sys\n'readline' in sys.modules, 'rlcompleter' in sys.modules\nsys.flags.inspect, sys.flags.interactive\nsys.__interactivehook__\ninput('? > ')\nabc") + END)
show("isolated", lines("import sys\n'readline' in sys.modules, 'rlcompleter' in sys.modules") + END, ["-I"])
show("no site", lines("1") + END, ["-S"])
show("failing hook", lines("1") + END, ["-i", "-c", "import sys\ndef hook(): 1/0\nsys.__interactivehook__ = hook"])
