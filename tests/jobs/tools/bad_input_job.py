"""Damaged files, looping paths, foreign extensions, exhausted descriptors and memory, closed and broken outputs, bad environments."""
import importlib.machinery, importlib.util, marshal, os, re, resource, shutil, struct, subprocess, sys, tempfile

PY = sys.executable
LIB = os.path.dirname(os.__file__)


def clean(text):
    for old, new in ((PY, 'PY'), (os.path.realpath(PY), 'PY'), (top, 'TOP'), (LIB, 'LIB'), (sys.prefix, 'PREFIX')):
        text = text.replace(old, new)
    text = re.sub(r'0x[0-9a-f]{6,}', '0xADDRESS', text)
    return re.sub(r'\bpython3\.11\b|\bhotpy\b', 'PY', text)


def show(label, *arguments, env=None, code=None, **more):
    environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8'}
    environment.update(env or {})
    command = [PY, '-B', *arguments] + (['-c', code] if code is not None else [])
    if not {'stdout', 'stderr'} & more.keys():
        more['capture_output'] = True
    r = subprocess.run(command, cwd=top, env=environment, timeout=100, **more)
    print('==', label, '->', r.returncode)
    # What tells of times, or of where the two look for what, is not compared.
    shown = () if any(word in label for word in ('VERBOSE', 'IMPORTTIME', 'importtime', 'PLATLIBDIR')) else (('out', r.stdout), ('err', r.stderr))
    for name, stream in shown:
        if stream and len(stream) < 9999:
            print('--', name)
            print(clean(stream.decode('utf-8', 'backslashreplace')))


def limit(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))


def path(*parts):
    return os.path.join(top, *parts)


def write(name, data):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), 'wb') as file:
        file.write(data)


def damaged_pyc():
    code = compile('def f(x):\n    return [x, "text", 1.5, 3j, {1, 2}.__len__()]\nprint(f(2))\n', 'mod.py', 'exec')
    body = marshal.dumps(code)
    magic = importlib.util.MAGIC_NUMBER
    head = magic + struct.pack('<III', 0, 0, 0)
    good = head + body
    cases = {
        'good': good, 'empty': b'', 'magic only': magic, 'short header': good[:12], 'bad magic': b'abcd' + good[4:],
        'old magic': struct.pack('<H', 3439) + b'\r\n' + good[4:], 'bad flags': magic + struct.pack('<III', 4, 0, 0) + body,
        'both flags': magic + struct.pack('<III', 3, 0, 0) + body, 'header only': head, 'cut': good[:60], 'cut at the end': good[:-1],
        'not code': head + marshal.dumps([1, 2]), 'none': head + marshal.dumps(None), 'bad type': head + b'\xff' + body[1:],
        'trailing': good + b'rubbish', 'reference': head + b'r\xff\xff\xff\x00', 'negative': head + b'(\xff\xff\xff\xff', 'huge': head + b'(\xff\xff\xff\x7f',
        'null': head + b'0', 'stop': head + b'S', 'long': head + b'l\xff\xff\xff\x7f', 'digits': head + b'l\x01\x00\x00\x00\xff\xff', 'text': head + b'u\x02\x00\x00\x00\xff\xff',
    }
    for name, data in cases.items():
        write('pyc/mod.pyc', data)
        show(f'pyc as a program, {name}', path('pyc/mod.pyc'))
        show(f'pyc as a module, {name}', code=f'import sys; sys.path.insert(0, {path("pyc")!r}); import mod')
    os.unlink(path('pyc/mod.pyc'))
    write('cached/mod.py', b'print("from source")\n')
    for name, data in cases.items():
        target = importlib.util.cache_from_source(path('cached/mod.py'))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        mtime = int(os.stat(path('cached/mod.py')).st_mtime)
        if data[:8] == head[:8]:
            data = head[:8] + struct.pack('<II', mtime, 21) + data[16:]
        with open(target, 'wb') as file:
            file.write(data)
        show(f'cached pyc, {name}', code=f'import sys; sys.path.insert(0, {path("cached")!r}); import mod')


def paths():
    os.symlink(path('loop'), path('loop'))
    os.symlink(path('gone'), path('dangling'))
    write('file.txt', b'')
    write('ok/good.py', b'print("good")\n')
    os.makedirs(path('dir.py'))
    code = 'import sys, good; print([p for p in sys.path if "TOP" in p])'
    for entry in ('loop', 'dangling', 'file.txt', 'missing', 'ok/../ok', 'loop/x'):
        show(f'path entry {entry}', code='import good', env={'PYTHONPATH': path(entry) + os.pathsep + path('ok')})
        show(f'path entry {entry}, alone', code='import good', env={'PYTHONPATH': path(entry)})
    show('path entries of other types', code=f'import sys; sys.path[:0] = [None, 1, b"x", {path("ok")!r}]; import good')
    for name in ('loop', 'dangling', 'missing', 'dir.py', 'loop/x.py', 'x' * 300, 'file.txt/x'):
        show(f'program {name[:20]}', path(name))
    show('zip that is none', path('file.txt'))
    write('bad.zip', b'PK\x05\x06' + b'\0' * 18)
    show('empty zip', path('bad.zip'))
    write('bad2.zip', b'PK\x03\x04rubbish')
    show('damaged zip', path('bad2.zip'))
    show('import from damaged zip', code='import nothing', env={'PYTHONPATH': path('bad2.zip')})
    show('home that is none', code='1', env={'PYTHONHOME': path('nowhere')}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    show('long path', code='import good', env={'PYTHONPATH': 'x' * 5000 + os.pathsep + path('ok')})
    show('module -m missing', '-m', 'no.such.module')
    show('module -m empty', '-m', '')
    show('package without main', '-m', 'json')
    os.makedirs(path('gonedir'))
    show('directory without main', path('gonedir'))
    show('working directory is gone', code='import sys; print(sys.path[0])', preexec_fn=lambda: (os.makedirs(path('wd')), os.chdir(path('wd')), os.rmdir(path('wd'))))
    write('nul.py', b'print(1)\0\n')
    show('null byte', path('nul.py'))
    write('latin.py', b'x = "\xe9"\n')
    show('latin', path('latin.py'))
    write('cookie.py', b'# coding: nowhere\nprint(1)\n')
    show('cookie', path('cookie.py'))
    os.mkfifo(path('fifo'))


def extensions():
    suffix = [s for s in importlib.machinery.EXTENSION_SUFFIXES if 'abi3' not in s][0]
    for name, data in (('empty', b''), ('text', b'hello\n'), ('elf_head', b'\x7fELF' + b'\0' * 60)):
        write(f'ext/{name}{suffix}', data)
        show(f'extension {name}', code=f'import sys; sys.path.insert(0, {path("ext")!r}); import {name}')
    write('ext/other.cpython-310-x86_64-linux-gnu.so', b'')
    show('extension of another version', code=f'import sys; sys.path.insert(0, {path("ext")!r}); import other')
    shutil.copy(importlib.util.find_spec('_bz2').origin, path('ext/renamed' + suffix))
    show('extension without its init', code=f'import sys; sys.path.insert(0, {path("ext")!r}); import renamed')
    data = open(importlib.util.find_spec('_bz2').origin, 'rb').read()
    write(f'ext/_cut{suffix}', data[:1000])
    show('extension that is cut', code=f'import sys; sys.path.insert(0, {path("ext")!r}); import _cut')
    write(f'ext/_wish{suffix}', data.replace(b'PyInit__bz2', b'PyInit__wish'[:11]).replace(b'PyThread_free_lock\0', b'PyThread_fire_lock\0'))
    os.rename(path(f'ext/_wish{suffix}'), path(f'ext/_wis{suffix}'))
    show('extension with a missing symbol', code=f'import sys; sys.path.insert(0, {path("ext")!r}); import _wis')
    show('extension that is a directory', code=f'import sys, os; os.makedirs({path("ext/adir" + suffix)!r}); sys.path.insert(0, {path("ext")!r}); import adir')


def descriptors():
    show('no descriptors left', code='''
import os, sys, errno
taken = []
try:
    while True: taken.append(os.open(os.devnull, os.O_RDONLY))
except OSError as e: print(e.errno == errno.EMFILE, e)
for call in (lambda: open('x'), lambda: os.listdir('.'), lambda: os.pipe(), lambda: __import__('socket').socket(), lambda: os.scandir('.'), lambda: __import__('json')):
    try: call()
    except Exception as e: print(type(e).__name__, e)
import tempfile
''', preexec_fn=limit(resource.RLIMIT_NOFILE, 40))
    for n in (4, 5, 6):
        show(f'{n} descriptors', '-S', code='print(1)', preexec_fn=limit(resource.RLIMIT_NOFILE, n))


def memory():
    big = 600 << 20
    for name, code in {
        'list': 'x = [0] * (10 ** 9)', 'bytes': 'x = bytes(10 ** 10)', 'str': 'x = "a" * (10 ** 10)', 'append': 'x = []\nwhile True: x.append(bytes(10 ** 6))',
        'int': 'x = 1 << (10 ** 11)', 'dict': 'd = {}\ni = 0\nwhile True:\n    d[i] = "x" * 10000 + str(i)\n    i += 1', 'tuple': 'x = (0,) * (10 ** 9)',
        'join': 'x = "ab" * 10 ** 8\ny = x.join("abcdefgh")', 'bytearray': 'x = bytearray()\nwhile True: x += b"0123456789" * 100000',
        'string': 'x = "a"\nwhile True: x += x', 'read': 'open("/dev/zero", "rb").read(10 ** 10)', 'format': 'x = "%2000000000d" % 1', 'set': 'x = set(range(10 ** 9))', 'list of range': 'x = list(range(10 ** 9))',
        'nested': 'x = None\nwhile True: x = [x, bytes(10 ** 5)]', 'sort': 'x = list(range(10 ** 9))', 'decode': 'x = b"a" * (400 << 20)\nx.decode()',
        'array': 'import array\narray.array("q", [0]) * 10 ** 9', 'StringIO': 'import io\ns = io.StringIO()\nwhile True: s.write("abcdefghij" * 100000)', 'BytesIO': 'import io\ns = io.BytesIO()\nwhile True: s.write(b"abcdefghij" * 100000)',
        'recovery': 'for i in range(3):\n    try: x = [0] * (10 ** 9)\n    except MemoryError as e: print(repr(e))\nprint("on")',
        'objects': 'class C: pass\nx = []\nwhile True:\n    c = C(); c.a = "x" * 1000; c.b = c.a * 10; x.append(c)',
        'generator': 'x = list(bytes(1000000) for i in range(10 ** 9))', 'comprehension': 'x = [bytes(1000000) for i in range(10 ** 9)]', 'exception': 'def f():\n    x = []\n    while 1: x.append(bytes(1000000))\ntry: f()\nexcept MemoryError as e: print(e.__traceback__.tb_next.tb_lineno > 0, e.args)',
        'threads': 'import threading\nthreading.stack_size(256 << 20)\ndef f(): pass\ntry:\n    for i in range(9): threading.Thread(target=__import__("time").sleep, args=(1,), daemon=True).start()\nexcept RuntimeError as e: print(e)',
    }.items():
        show(f'memory: {name}', code=code, preexec_fn=limit(resource.RLIMIT_AS, big))


def outputs():
    for closed in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
        def close(closed=closed):
            for n in closed: os.close(n)
        code = f'import sys; print("x"); print("y", file=sys.stderr); open({path("closed.txt")!r}, "w").write(repr([f and f.fileno() for f in (sys.stdin, sys.stdout, sys.stderr)]))'
        write('closed.txt', b'nothing')
        show(f'closed {closed}', code=code, preexec_fn=close)
        print(open(path('closed.txt')).read())
        show(f'closed {closed}, error', code='raise ValueError("v")', preexec_fn=close)
    for code in ('import sys\nfor i in range(100000): print(i, end=" ")', 'print("x" * 10)', 'import sys; sys.stdout.write("x" * 10); sys.stdout.flush()', 'import os; os.write(1, b"x")', 'raise ValueError'):
        for stream in ('stdout', 'stderr'):
            r, w = os.pipe()
            os.close(r)
            show(f'broken {stream}: {code[:30]!r}', code=code, **{stream: w, ({'stdout': 'stderr', 'stderr': 'stdout'}[stream]): subprocess.PIPE})
            os.close(w)
    with open('/dev/full', 'w') as full:
        for code in ('print("x")', 'import sys; print("x", flush=True)', 'import sys; sys.stdout.close()', 'import atexit; atexit.register(print, "late")'):
            show(f'full stdout: {code}', code=code, stdout=full, stderr=subprocess.PIPE)
        show('full stderr', code='raise ValueError', stderr=full, stdout=subprocess.PIPE)
    show('stdin is a directory', code='import sys; print(sys.stdin.read())', stdin=os.open(top, os.O_RDONLY))
    show('program from a directory', '-', stdin=os.open(top, os.O_RDONLY))
    show('stdin cut in utf-8', code='import sys; print(ascii(sys.stdin.read()))', input=b'abc\xe2\x82')
    show('closed by the program', code='import sys; sys.stdout.close(); print(1)')
    show('deleted', code='import sys; del sys.stdout; print(1)')
    show('none', code='import sys; sys.stdout = None; print(1); sys.stderr = None; raise ValueError')
    show('deleted stderr', code='import sys; del sys.stderr; raise ValueError')
    show('bad stderr', code='import sys; sys.stderr = 3; raise ValueError')
    show('bad hook', code='import sys; sys.excepthook = lambda *a: 1/0; raise ValueError')
    show('surrogates', code='print("\\ud800")')
    show('surrogates to stderr', code='raise ValueError("\\ud800")')


def environment():
    code = 'import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.getfilesystemencoding(), sys.flags.utf8_mode)'
    for env in ({'PYTHONIOENCODING': 'nowhere'}, {'PYTHONIOENCODING': ':nowhere'}, {'PYTHONIOENCODING': 'latin-1:replace'}, {'PYTHONIOENCODING': 'ascii:strict'}, {'PYTHONIOENCODING': ''}, {'PYTHONIOENCODING': 'rot13'},
                {'PYTHONUTF8': '2'}, {'PYTHONUTF8': 'x'}, {'PYTHONUTF8': '1'}, {'PYTHONUTF8': '0'}, {'LC_ALL': 'nowhere'}, {'LC_ALL': 'C'}, {'LC_ALL': 'POSIX'}, {'LC_ALL': ''}, {'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': '0'},
                {'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': 'warn'}, {'LC_ALL': '', 'LC_CTYPE': 'C', 'PYTHONCOERCECLOCALE': 'warn'}, {'PYTHONHASHSEED': 'x'}, {'PYTHONHASHSEED': '-1'}, {'PYTHONHASHSEED': '4294967296'}, {'PYTHONHASHSEED': '0'}, {'PYTHONMALLOC': 'nowhere'}, {'PYTHONMALLOC': 'malloc'},
                {'PYTHONWARNINGS': 'nowhere'}, {'PYTHONWARNINGS': 'error::nowhere'}, {'PYTHONOPTIMIZE': 'x'}, {'PYTHONOPTIMIZE': '2'}, {'PYTHONVERBOSE': 'x'}, {'PYTHONINTMAXSTRDIGITS': '5'}, {'PYTHONINTMAXSTRDIGITS': 'x'}, {'PYTHONTRACEMALLOC': 'x'}, {'PYTHONTRACEMALLOC': '-1'}, {'PYTHONPROFILEIMPORTTIME': '1'}, {'PYTHONBREAKPOINT': 'nowhere.f'}, {'PYTHONSTARTUP': '/nowhere'},
                {'PYTHONPLATLIBDIR': 'nowhere'}, {'PYTHONPYCACHEPREFIX': '/nowhere/x'}, {'PYTHONDEVMODE': '1'}, {'PYTHONFAULTHANDLER': '1'}, {'PYTHONLEGACYWINDOWSSTDIO': '1'}, {'PYTHONCASEOK': '1'}, {'PYTHONSAFEPATH': '1'}, {'PYTHONNODEBUGRANGES': '1'}, {'PYTHONDUMPREFS': '1'}):
        show(f'{env}', code=code, env=env)
    show('breakpoint', code='breakpoint()', env={'PYTHONBREAKPOINT': 'nowhere.f'})
    show('breakpoint of a name that is none', code='breakpoint()', env={'PYTHONBREAKPOINT': 'os.nowhere'})
    show('bytes in the environment', code='import os; print(ascii(os.environ["X"]))', env={'X': b'\xff\xe9'})
    show('bytes in the environment, ascii', code='import os; print(ascii(os.environ["X"]))', env={'X': b'\xff\xe9', 'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': '0', 'PYTHONUTF8': '0'})
    r = subprocess.run([PY.encode(), b'-B', b'-c', b'import sys; print(ascii(sys.argv))', b'\xff\xe9', b'\xe2\x82\xac'], capture_output=True, env={'LC_ALL': 'C.UTF-8'})
    print(r.returncode, r.stdout, r.stderr)
    r = subprocess.run([PY.encode(), b'-B', b'-c', b'print("\xff")'], capture_output=True, env={'LC_ALL': 'C.UTF-8'})
    print(r.returncode, r.stdout, clean(r.stderr.decode()))
    show('program given by bytes', b'\xff.py')
    for option in ('-X', '-Xnowhere', '-Xutf8=3', '-Xint_max_str_digits=x', '-Xint_max_str_digits=5', '-Xtracemalloc=x', '-Xtracemalloc=99999999999', '-Xdev=1', '-Xpycache_prefix=', '-Xfrozen_modules=x', '-Wnowhere', '-Werror:::x', '-Q', '--nowhere', '-c', '-m', '--check-hash-based-pycs', '--check-hash-based-pycs=x', '-Xno_debug_ranges', '-Ximporttime=3', '-Xwarn_default_encoding', '-z'):
        show(f'option {option}', option, env={})
    show('no environment at all', code='print(1)')


with tempfile.TemporaryDirectory() as top:
    top = os.path.realpath(top)
    for part in (damaged_pyc, paths, extensions, descriptors, memory, outputs, environment):
        if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
            part()
