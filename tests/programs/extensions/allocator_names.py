# PYTHONMALLOC and PYTHONMALLOCSTATS: which allocators there are, unknown ones, and what options have to do with it.
import os, subprocess, sys

NAME = "import ctypes; f = ctypes.pythonapi._PyMem_GetCurrentAllocatorName; f.restype = ctypes.c_char_p; print(f(), sys.getallocatedblocks() > 0)"


def child(variables, *options, code=NAME):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | variables
    done = subprocess.run([sys.executable, "-S", *options, "-c", "import sys; " + code], env=environment, capture_output=True, text=True)
    print(variables, options, done.returncode, done.stdout.strip())
    return done.stderr


for name in ("default", "debug", "malloc", "malloc_debug", "pymalloc", "pymalloc_debug", "", "no such", "DEBUG"):
    print(child({"PYTHONMALLOC": name}))
print(child({}, "-X", "dev"), child({"PYTHONDEVMODE": "1", "PYTHONMALLOC": "malloc"}))
print(child({"PYTHONMALLOC": "debug"}, "-E"), child({"PYTHONMALLOC": "malloc"}, "-I"))

stats = child({"PYTHONMALLOCSTATS": "1"}, code="x = [[] for i in range(20000)]")
print("Small block threshold = 512, in 32 size classes.\n" in stats, "class   size   num pools   blocks in use  avail blocks\n" in stats)
tables = stats.count("# arenas allocated total")
print(tables > 2, stats.count("# bytes in allocated blocks") == tables)
print(child({"PYTHONMALLOCSTATS": "1", "PYTHONMALLOC": "malloc"}, code="pass"), child({"PYTHONMALLOCSTATS": "1"}, "-E", code="pass"))

stats = child({}, code="sys._debugmallocstats()")
print("Small block threshold" in stats, "free PyDictObjects" in stats, "free PyFloatObjects" in stats)
stats = child({"PYTHONMALLOC": "malloc"}, code="sys._debugmallocstats()")
print("Small block threshold" in stats, "free PyDictObjects" in stats)
