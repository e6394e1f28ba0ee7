# The names that modules baked into the interpreter go by; what becomes of exceptions that nobody can get.
import _imp
import io
import marshal
import sys

for name in ("__hello__", "__hello_alias__", "__phello_alias__", "__phello_alias__.spam", "__phello__", "__phello__.__init__", "__phello__.spam",
             "__phello__.ham", "__phello__.ham.__init__", "__phello__.ham.eggs", "_not_there", "os", "os.path"):
    print(name, _imp.find_frozen(name), _imp.is_frozen(name))
import __phello__.ham.eggs
print(__phello__.ham.eggs.__spec__.origin, __phello__.ham.__spec__.origin)

class Dies:
    def __del__(self): raise ValueError("in __del__")

def hook(args):
    tb, lines = args.exc_traceback, []
    while tb: lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno)); tb = tb.tb_next
    print(args.exc_type.__name__, args.exc_value, lines, args.err_msg)

sys.unraisablehook = hook
def drop():
    d = Dies()
    del d
drop()

class Reader(io.BytesIO):
    def readinto(self, buffer):
        n = super().readinto(buffer)
        return n + 10**6 if n and n > 4 else n

for value in (1.0, 1j, b"0123456789", "0123456789"):
    try: print(marshal.load(Reader(marshal.dumps(value))))
    except ValueError as e: print(e)
for base in (int, float, complex, tuple, list, dict, set, frozenset):
    try: marshal.dumps(type("Sub", (base,), {})())
    except ValueError as e: print(base.__name__, e)
