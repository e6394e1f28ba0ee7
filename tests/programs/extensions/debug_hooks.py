# The debug hooks of the memory allocators (PYTHONMALLOC=debug and the like, -X dev): what blocks look like, and what is told of damaged ones.
import os, re, subprocess, sys

HEAD = """
import ctypes
api = ctypes.pythonapi
def declare(of):
    for domain in ("Mem_", "Object_", "Mem_Raw"):
        for name, kinds in (("Malloc", "n"), ("Calloc", "nn"), ("Realloc", "pn"), ("Free", "p")):
            function = getattr(of, "Py" + domain + name)
            function.restype = None if name == "Free" else ctypes.c_void_p
            function.argtypes = [ctypes.c_size_t if kind == "n" else ctypes.c_void_p for kind in kinds]
declare(api)
malloc, realloc, free = api.PyMem_Malloc, api.PyMem_Realloc, api.PyMem_Free
def show(block, size, before=16): print(ctypes.string_at(block - before, before + size).hex(" ", 8))
def put(at, count=1): ctypes.memset(at, 120, count)
"""


def normal(text):
    text = re.sub(r"0x[0-9a-f]{4,}", "ADDRESS", text)
    return re.sub(r'File ".*?", line', "File, line", text)


def child(code, name="debug", options=("-S",)):
    environment = dict(os.environ, PYTHONMALLOC=name)
    done = subprocess.run([sys.executable, *options, "-c", HEAD + code], env=environment, capture_output=True, text=True)
    print("---", name, code.strip())
    print(done.returncode, done.stdout, normal(done.stderr), sep="\n")


child("""
p = malloc(16); show(p, 24)
show(malloc(0), 8)
show(api.PyMem_RawCalloc(3, 5), 23)
p = api.PyObject_Calloc(3, 5); show(p, 23)
p = api.PyObject_Realloc(p, 40); show(p, 48)
p = api.PyObject_Realloc(p, 8); show(p, 16)
p = malloc(1000); free(p); show(p + 40, 40, 0)
print(api.PyMem_Malloc(2**63 - 1), api.PyMem_Calloc(2**40, 2**40), free(None))
""")
child("p = malloc(16); put(p + 16); free(p)")
child("p = malloc(300); put(p + 302); realloc(p, 400)", "malloc_debug")
child("p = malloc(12); put(p - 3, 2); free(p)", "pymalloc_debug")
child("p = malloc(16); put(p - 8); free(p)")
child("p = malloc(3); api.PyMem_RawFree(p)", "", ("-S", "-X", "dev"))
child("other = ctypes.CDLL(None); declare(other); other.PyObject_Calloc(2, 3)")
child("import tracemalloc; tracemalloc.start(3)\np = malloc(16); put(p + 16); free(p)")
