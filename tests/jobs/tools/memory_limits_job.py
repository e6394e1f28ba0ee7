"""Where memory runs out there is a MemoryError, the program can go on, and it ends as any other."""
import resource, subprocess, sys

# Each needs far more than there is, or grows without end; `s` is a text, `b` bytes, `a` a bytearray, `l` a list, `n` an int.
TEXT = '''s*9 s.replace("a","bbbbbbbbb") s.replace("","xxxxxxxx") (s*2).encode("utf-32") (s+"\\u20ac").encode("utf-32") s.split("a") s.rsplit("a") list(s) tuple(s) s.center(10**9)
s.ljust(10**9) s.rjust(10**9) s.zfill(10**9) ("\\t"*len(s)).expandtabs(9) repr("\\0"*len(s)) ascii("\\xff"*len(s)) ("\\xff"*len(s)).encode("ascii","backslashreplace") ("\\xff"*len(s)).encode("ascii","xmlcharrefreplace")
("\\0"*len(s)).encode("unicode_escape") "%s"*9%((s,)*9) "{0}{0}{0}{0}{0}{0}{0}{0}{0}".format(s) f"{s}{s}{s}{s}{s}{s}{s}{s}{s}" f"{s!r:>1000000000}" s.join("xxxxxxxxxx") "".join([s]*9) s*2+"\\U0001f600"
"%1000000000d"%1 "%.1000000000d"%1 "%.1000000000f"%1.5 "%.1000000000e"%1.5 "%1000000000s"%1 format(1,"1000000000") format(1,"01000000000,") format(1.5,"1000000000") format(1.5,".1000000000f") format("x","1000000000") format(1j,"1000000000") b"%1000000000d"%1
__import__("re").sub("a","bbbbbbbbb",s) __import__("re").split("a",s) __import__("re").findall("a",s) eval("["+"1,"*len(s)+"]") "x".join(s*2) sorted(s) ("\\n"*len(s)).splitlines() ("a\\n"*len(s)).split()'''
BYTES = '''b*9 a*9 b.replace(b"a",b"bbbbbbbbb") a.replace(b"",b"xxxxxxxx") (b*3).hex(":") b.split(b"a") a.split(b"a") list(b) tuple(b) b.center(10**9) b.ljust(10**9) a.zfill(10**9) (b"\\t"*len(b)).expandtabs(9)
repr(b"\\0"*len(b)) str(bytearray(len(b))) b"%s"*9%((b,)*9) b.join([b"x"]*10) b"".join([b]*9) memoryview(b).tolist() bytes(10**10) bytearray(10**10) a.__imul__(9) (b"\\n"*len(b)).splitlines()
int.from_bytes(b,"big").to_bytes(10**9,"big") __import__("codecs").escape_encode(b"\\0"*len(b)) (b"\\xff"*len(b)).decode("ascii","backslashreplace") __import__("io").BytesIO(b).read(10**9)*9 open("/dev/zero","rb").read(10**9) open("/dev/zero","rb",buffering=0).read(10**9)'''
ITEMS = '''l*9 l+l+l+l+l+l tuple(l)*9 sum([l]*9,[]) [*l,*l,*l,*l,*l,*l,*l] (*l,*l,*l,*l,*l,*l,*l) list(range(10**9)) tuple(range(10**9)) set(range(10**9)) frozenset(range(10**9)) dict.fromkeys(range(10**9)) dict(zip(range(10**9),range(10**9)))
list(zip(l,l,l,l,l,l)) bytes(range(256))*10**8 "".join(map(str,range(10**9))) [0]*10**10 (0,)*10**10 OrderedDict.fromkeys(range(10**9)) list(repeat(1,10**10)) list(chain(l,l,l,l,l,l,l)) list(permutations(l[:999],3)) l.__imul__(9)
bytearray(map(int,repeat(1))) bytes(map(int,repeat(1))) list(accumulate(repeat(1.5))) sorted(repeat(1)) max(*map(float,range(10**9)),2) print(*repeat(1)) list(map(chr,repeat(300))) dict(map(divmod,range(10**9),repeat(1))) array("q",range(10**9)) array("q",[0])*10**9'''
NUMBERS = '''1<<10**11 (1<<10**8)<<10**10 n<<8*10**9 hex(n)*9 bin(n) "%x"%n*9 int("f"*(600<<20),16)'''
GROWING = {
    'lists': 'x = []\nwhile 1: x = [x, []]', 'tuples': 'x = ()\nwhile 1: x = (x, x)', 'dicts': 'x = []\nfor i in range(10**9): x.append({i: i})', 'sets': 'x = []\nfor i in range(10**9): x.append({i})',
    'keys': 'x = {}\nfor i in range(10**9): x["k%d" % i] = [i]', 'attributes': 'class C: pass\nx = C()\nfor i in range(10**9): setattr(x, "a%d" % i, i)', 'instances': 'class C:\n    def __init__(self): self.a = self.b = 1\nx = []\nwhile 1: x.append(C())',
    'floats': 'x = [i * 0.5 for i in range(10**9)]', 'texts': 'x = [str(i) for i in range(10**9)]', 'ints': 'x = [i ** 9 for i in range(10**9)]', 'concatenation': 'x = ""\nwhile 1: x += "abcdefghij" * 1000', 'bytearrays': 'x = bytearray()\nwhile 1: x += b"abcdefghij" * 1000',
    'functions': 'x = []\nwhile 1: x.append(lambda a, b=1: a + b)', 'closures': 'def f(i):\n    def g(): return i\n    return g\nx = [f(i) for i in range(10**9)]', 'generators': 'def f(): yield 1\nx = []\nwhile 1:\n    g = f(); next(g); x.append(g)',
    'exceptions': 'x = None\nwhile 1:\n    try: raise ValueError(x)\n    except ValueError as e: x = e', 'classes': 'x = [type("x", (), {}) for i in range(10**9)]',
    'methods': 'x = [[].append for i in range(10**9)]', 'iterators': 'x = [iter([]) for i in range(10**9)]', 'deques': 'x = deque()\nfor i in range(10**9): x.append(i)', 'files': 'import io\nx = io.StringIO()\nwhile 1: x.write("abcdefghij" * 1000)',
    'bytes files': 'import io\nx = io.BytesIO()\nwhile 1: x.write(b"abcdefghij" * 1000)', 'globals': 'd = {}\nfor i in range(10**9): d["z%d" % i] = str(i)', 'ordered': 'x = OrderedDict()\nfor i in range(10**9): x[i] = [i]', 'weak': 'import weakref\nx = []\nwhile 1:\n    s = set(); x.append((s, weakref.ref(s)))',
    'interned': 'import sys\nx = [sys.intern("n%d" % i) for i in range(10**9)]', 'finally': 'x = []\ntry:\n    while 1: x.append([x])\nfinally: x.clear()', 'nested calls': 'def f(n):\n    x = [n] * 999\n    return (x, f(n + 1)) if n < 99 else [x * 99 for i in range(10**9)]\nf(0)',
}
HEAD = '''
import sys
from array import array
from collections import OrderedDict, deque
from itertools import *
sys.set_int_max_str_digits(0)
s = "a" * SIZE; b = s.encode(); a = bytearray(b); l = [1] * (SIZE // 8); n = 1 << SIZE * 8
'''
EACH = '''
for source in %r.split():
    try:
        result = eval(source, dict(globals()))
    except MemoryError:
        pass
    except BaseException as e:
        print(source, type(e).__name__)
'''


def run(label, code, megabytes):
    limit = megabytes << 20
    # Memory is given and taken by native loops and by the interpreter alike, which traces only make quicker.
    command = [sys.executable, '-B', '-S', '-E', '-X', 'notrace', '-c', code]
    r = subprocess.run(command, capture_output=True, text=True, timeout=200, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    # Which of them have room, and how much is left afterwards, is not the same in the two.
    is_right = r.returncode == 0 or r.returncode == 1 and 'MemoryError' in r.stderr
    print(label, r.stdout if is_right else (r.returncode, r.stdout, r.stderr[-3000:]))


if __name__ == '__main__':
    selected = sys.argv[1:]
    for label, cases in (('text', TEXT), ('bytes', BYTES), ('items', ITEMS), ('numbers', NUMBERS)):
        if not selected or label in selected:
            run(label, HEAD.replace('SIZE', '(12 << 20)') + EACH % cases, 120)
    for label, code in GROWING.items():
        if not selected or label in selected:
            # What has grown dies with the function's frame.
            work = 'from collections import OrderedDict, deque\ndef work():\n' + ''.join(f'    {line}\n' for line in code.splitlines())
            run(label, work + 'try: work()\nexcept MemoryError: pass\n', 80)
