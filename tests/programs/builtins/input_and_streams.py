# input() and the standard streams: reading lines, end of file, prompts, reading in other ways, writing bytes.
import sys
print(input(), input("prompt> "), input(""))
print(repr(sys.stdin.readline()), sys.stdin.encoding, sys.stdin.errors, sys.stdin.name, sys.stdin.mode, sys.stdin.fileno(), sys.stdin.isatty(), sys.stdin.readable(), sys.stdin.writable(), sys.stdin.closed)
try: print(input())
except EOFError as e: print("unexpected", e)
it = iter(sys.stdin)
print(repr(next(it)))
print(sys.stdin.readline(), end="")
print(repr(sys.stdin.read(5)))
rest = sys.stdin.read()
print(repr(rest), repr(sys.stdin.read()), repr(sys.stdin.readline()), list(sys.stdin))
for args in ((), ("at end> ",)):
    try: input(*args)
    except EOFError as e: print("EOFError", e)
for bad in ((1, 2),):
    try: input(*bad)
    except TypeError as e: print(e)
print(sys.stdout.write("text\n"), sys.stdout.encoding, sys.stdout.errors, sys.stdout.name, sys.stdout.mode, sys.stdout.fileno(), sys.stdout.isatty(), sys.stdout.line_buffering, sys.stderr.name, sys.stderr.errors, sys.stderr.line_buffering, sys.stdout.writable(), sys.stdout.readable(), sys.stdout.newlines)
sys.stdout.writelines(["a\n", "b\n"])
sys.stdout.flush()
sys.stdout.buffer.write(b"raw bytes \xe2\x82\xac\n")
sys.stdout.buffer.flush()
sys.stderr.write("") and None
for bad in (lambda: sys.stdout.write(5), lambda: sys.stdout.write(b"x"), lambda: sys.stdout.write(), lambda: sys.stdout.buffer.write("x"), lambda: sys.stdout.read(), lambda: sys.stdin.write("x"), lambda: sys.stdout.nothing, lambda: sys.stdout.seek(0) if 0 else sys.stdout.detach.x, lambda: sys.stdin.buffer.read("a"), lambda: sys.stdout.writelines([1])):
    try: bad(); print("fine")
    except Exception as e: print(type(e).__name__, e)


class Tee:
    def __init__(self): self.out = []
    def write(self, s): self.out.append(s); return len(s)
    def flush(self): pass


class Lines:
    def __init__(self, *l): self.l = list(l)
    def readline(self): return self.l.pop(0) if self.l else ""


real_out, real_in = sys.stdout, sys.stdin
sys.stdout = tee = Tee()
sys.stdin = Lines("one\n", "two", "")
try:
    print("captured", 1)
    a, b = input("p1 "), input("p2 ")
    try: input("p3 ")
    except EOFError: c = "eof"
finally:
    sys.stdout, sys.stdin = real_out, real_in
print(tee.out, a, b, c)


class BadIn:
    def readline(self): return 5


sys.stdin = BadIn()
try: input()
except TypeError as e: print(e)
sys.stdin = real_in
saved = sys.stdin
del sys.stdin
try: input()
except RuntimeError as e: print(e)
sys.stdin = saved
sys.stdout = None
print("goes nowhere")
sys.stdout = real_out
print(sys.__stdout__ is sys.stdout, sys.__stdin__ is sys.stdin, sys.__stderr__ is sys.stderr)
hook = sys.displayhook
sys.displayhook = lambda v: real_out.write(f"<<{v!r}>>\n")
exec(compile("1 + 1\nNone\n" if 0 else "1 + 1", "s", "single"))
sys.displayhook = hook
exec(compile("'shown'", "s", "single"))
import builtins
print(builtins._)
class W:
    """print() calls write once for each piece."""
    def __init__(self): self.n = []
    def write(self, s): self.n.append(s)
w = W()
print("a", 1, None, sep="|", end="END", file=w); print(w.n)
class NoWrite: pass
try: print("x", file=NoWrite())
except AttributeError as e: print(e)
class FailWrite:
    def write(self, s): raise OSError("disk full")
try: print("x", file=FailWrite())
except OSError as e: print(e)
