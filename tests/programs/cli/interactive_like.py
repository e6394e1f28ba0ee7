# Exit paths: output flushed at exit, exceptions in atexit-free ways of ending, os-level status.
import sys
sys.stdout.write("buffered, no newline")
sys.stderr.write("")
class Late:
    def __del__(self): print("; late output", end="")
keep = Late()
def g():
    try: yield
    finally: print("; generator closed", end="")
it = g(); next(it)
sys.exit(0)
