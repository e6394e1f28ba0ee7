# The default report of an exception ignored in __del__.
class D:
    def __del__(self): self.helper()
    def helper(self): raise ValueError("in helper")


def scope():
    d = D()


print("before")
try: D.__del__.__qualname__ = "shown.name"
except AttributeError: pass
import sys
real = sys.stderr
class Filter:
    def write(self, s):
        out.append(s)
    def flush(self): pass
out = []
sys.stderr = Filter()
scope()
sys.stderr = real
print("".join(out).split(" at 0x")[0], "".join(out).split("Traceback")[1])
