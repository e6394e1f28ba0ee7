# Builtin functions about objects: getattr family, vars, dir, type, isinstance, iter, callable, print, input, open errors, format, exec, eval, compile.
def run(*texts, **extra):
    for t in texts:
        try: print(t, "=", repr(eval(t, {**globals(), **extra})))
        except Exception as e: print(t, "->", type(e).__name__, e)


class C:
    x = 1
    def __init__(self): self.y = 2
    def __repr__(self): return "C()"


c = C()
run("getattr(c, 'x')", "getattr(c, 'z')", "getattr(c, 'z', None)", "getattr(c, 5)", "getattr(c)", "getattr(c, 'x', 1, 2)", "getattr(c, 'x', default=1)", "hasattr(c, 'y')", "hasattr(c, 'z')", "hasattr(c, 5)", "hasattr(c)", "setattr(c, 'w', 3)", "c.w", "setattr(c, 5, 1)", "setattr(c, 'a')", "setattr(5, 'a', 1)", "delattr(c, 'w')", "delattr(c, 'w')", "delattr(c, 5)", "delattr(c)", "vars(c)", "vars(5)", "vars(C)['x']", "vars(1, 2)", "type(vars(C)).__name__", "dir(c)[-2:]", "dir(1, 2)", "'append' in dir([])", "type('T', (C,), {'z': 5})().z", "isinstance(c, C)", "id(c) == id(c)")
run("iter([1])is not None", "iter(5)", "iter(5, 1)", "next(iter([1]))", "next(iter([]))", "next(iter([]), 'd')", "next(5)", "list(iter(iter([1, 2]).__next__, 2))", "enumerate([1]).__next__()", "list(enumerate('ab', start=1))", "list(zip('ab', [1, 2]))", "list(map(str, [1]))", "list(filter(None, [0, 1]))", "list(reversed('ab'))", "reversed(5)", "sorted('ba')", "list(map(lambda *a: a, [1, 2], 'ab', (3,)))", "dict(map(reversed, {'a': 1}.items()))", "list(map(int, '123'))", "list(filter(str.isdigit, 'a1b2'))", "[*map(None, [])]", "list(filter(lambda x: 1 / x, [0]))")
run("eval('1 + 2')", "eval('x', {'x': 5})", "eval('x', {'x': 5}, {'x': 6})", "eval('x', {}, {})", "eval('1 +')", "eval('x = 1')", "eval(5)", "eval('')", "eval()", "eval('1', 5)", "eval('1', {}, 5)", "eval(b'1 + 1')", "eval('  1')", "eval('1\\n')", "eval('(lambda: y)()', {'y': 3})", "eval('[i for i in range(n)]', {'n': 3})", "eval(compile('2 * 3', 's', 'eval'))", "eval(compile('q = 5', 's', 'exec'))", "eval('__builtins__ is not None', {})", "eval('len([])', {'__builtins__': {}})", "eval('locals()', {}, {'a': 1})", "eval('globals() is g', {'g': 0})", "eval('1;2')", "eval('yield 1')", "eval('await x')", "eval('a := 1')", "eval('(a := 1)')", "eval('print(1)')", "eval('\\x00')" if 0 else "eval('*a')", "eval(compile('1', 's', 'eval'), {}, {}).real", "eval(lambda: 1)", "eval((lambda: 5).__code__)", "eval((lambda x: 5).__code__)")
run("exec('a = 1')", "exec('1 / 0')", "exec('x', {'x': 1})", "exec(5)", "exec()", "exec('', 5)", "exec('', {}, 5)", "exec(compile('z = 1', 's', 'exec'))", "exec('def f(): return 1')", "exec(b'x = 1')", "exec('return 1')", "exec('break')", "exec('import sys')", "exec('x = 1', {}, closure=None)", "exec('x', closure=())")
run("compile('1', 's', 'eval').co_name", "compile('x = 1', 's', 'exec').co_names", "compile('1', 's', 'single').co_flags", "compile('1', 's', 'bad')", "compile('x = 1', 's', 'eval')", "compile('if', 's', 'exec')", "compile(5, 's', 'exec')", "compile('1', 5, 'exec')", "compile('1', 's')", "compile('1', 's', 'exec', 999999999)", "compile('1', 's', 'exec', dont_inherit=True).co_filename", "compile('assert 0', 's', 'exec', optimize=1).co_consts", "compile('\"doc\"', 's', 'exec', optimize=2).co_consts", "compile('1', 's', 'exec', optimize=5)", "compile('1', b's', 'exec').co_filename", "compile('', 's', 'exec').co_consts", "compile('', 's', 'eval')", "compile('a b', 's', 'exec')", "compile('x: int', 's', 'exec').co_names", "compile('1\\n2', 's', 'single')", "compile(b'# -*- coding: latin-1 -*-\\nx = \"\\xe9\"', 's', 'exec').co_consts", "compile(b'\\xff', 's', 'exec')", "compile('\\ufeff1', 's', 'eval').co_consts" )
d = {}
exec("x = 1\ndef f(): return x\nclass K: y = x\nz = [x for _ in 'a']\nl = lambda: x", d)
print(d["f"](), d["K"].y, d["z"], d["l"](), sorted(k for k in d if k != "__builtins__"), "__builtins__" in d)
exec(compile("print('single'); 5\n", "s", "single"))
exec(compile("[1, 2]\n", "s", "single"))
exec(compile("None\n", "s", "single"))
exec(compile("for i in range(2): i\n", "s", "single"))
print(_ if "_" in dir(__builtins__) or hasattr(__builtins__, "_") else "no underscore")


def local():
    a = 1
    exec("a = 2; b = 3")
    return a, "b" in locals(), eval("a + 1"), sorted(locals())


print(local())
print(1, 2, sep="-", end="!\n"); print(); print("a", "b", sep=""); print(None, end=None, sep=None); print(*[], sep="x"); print("x", flush=True)
for bad in ("print(1, sep=5)", "print(1, end=5)", "print(1, foo=1)", "print(1, file=5)", "print(1, sep=b'')", "print(file=None)", "print(1, flush='yes')"):
    try: eval(bad)
    except Exception as e: print(bad, "->", type(e).__name__, e)


class Out:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)


o = Out()
print("to", "object", file=o)
print(file=o)
print(1, 2, sep=", ", end="$", file=o)
print(o.parts)
try: print("x", file=Out(), flush=True)
except AttributeError as e: print(e)
run("globals() is globals()", "'C' in globals()", "sorted(locals())[:1]", "globals(1)", "locals(1)", "__name__", "__import__('sys').__name__", "__build_class__(lambda: None, 'B').__name__", "__build_class__()", "__build_class__(5, 'a')", "__build_class__(lambda: None, 5)", "__build_class__(lambda: None)", "__debug__", "callable(__import__)", "NotImplemented", "Ellipsis", "format(5, 'x')", "format(5, x=1)", "slice(1, 2)", "property().fget", "classmethod(len).__func__ is len", "staticmethod(5)()", "object()is not object()", "super", "memoryview(b'a')[0]", "bytes(2)", "frozenset()", "range(3)", "input" , "open('/nonexistent/file')", "open('')", "open(5.5)", "open('/tmp', 'zz')", "open('x', 'rw')", "open('/')", "open()", "open('x', mode=5)", "open('x', 'rb', encoding='utf-8')", "open('x', 'r', 0)", "open('a\\0b')", "breakpoint.__name__", "help" if 0 else "len")
import sys
print(sys.intern("abc") is sys.intern("abc"), sys.getrefcount(object()), sys.getrecursionlimit(), sys.byteorder, sys.maxsize, sys.argv, sys.getsizeof(0) > 0, sys.exc_info(), sys.is_finalizing(), sys.implementation.name, sys.hexversion >> 24, sys.api_version, sys.executable != "", sys.platform, sys.orig_argv[-1], sys.flags.optimize, sys.flags.no_site, sys.warnoptions, sys.dont_write_bytecode, sys.float_repr_style, sys.getswitchinterval() > 0, sys._getframe().f_code.co_name, sys.displayhook.__name__, sys.excepthook.__name__, sys.copyright[:9], sys.path_hooks != [])
for bad in (lambda: sys.intern(5), lambda: sys.setrecursionlimit(0), lambda: sys.setrecursionlimit("a"), lambda: sys.getsizeof(), lambda: sys.exit(1, 2), lambda: sys.call_tracing(1), lambda: sys.setswitchinterval(-1), lambda: sys.nothing, lambda: sys.getrefcount(), lambda: sys.intern(type("S", (str,), {})("a"))):
    try: bad()
    except Exception as e: print(type(e).__name__, e)
