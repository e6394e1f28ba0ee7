# What is printed where sys.stderr cannot write: nothing of it is on a file that Python has.
import sys


class Broken:
    def __init__(self, error): self.error = error
    def write(self, text): raise self.error
    def flush(self): print("flushed")


hook = sys.excepthook
for file in Broken(ValueError("w")), Broken(KeyError()):
    stderr, sys.stderr = sys.stderr, file
    try:
        1 / 0
    except ZeroDivisionError as e:
        # To the real standard error, with addresses: closed for that while.
        import posix
        saved, null = posix.dup(2), posix.open("/dev/null", posix.O_WRONLY)
        posix.dup2(null, 2)
        hook(type(e), e, e.__traceback__)
        posix.dup2(saved, 2)
    sys.stderr = stderr
print("on")
