# Extensions in C, Cython and Rust.
# Needs: markupsafe yaml regex wrapt orjson cffi
import markupsafe, yaml, regex, wrapt, orjson, cffi
print(markupsafe.escape('<a&b>'), markupsafe._speedups if hasattr(markupsafe, '_speedups') else '')
d = {'a': [1, 2.5, None, True], 'b': {'c': 'x: y'}}
print(yaml.safe_dump(d), yaml.safe_load('a: [1, 2]\nb: &x {c: d}\ne: *x\n'), yaml.load(yaml.dump(d, Dumper=yaml.CSafeDumper), Loader=yaml.CSafeLoader))
print(regex.findall('(?P<w>\\p{L}+)(?|a|b)?', 'héllo wörld', overlapped=True), regex.sub('(?<=a)b{e<=1}', 'X', 'abac'))

@wrapt.decorator
def dec(w, i, a, k):
    return ('wrapped', w(*a, **k))

@dec
def f(x, y=2):
    """doc"""
    return x + y
print(f(1), f.__doc__, wrapt.ObjectProxy([1, 2]) + [3])
print(orjson.dumps({'a': [1, 2.5, None]}, option=orjson.OPT_INDENT_2), orjson.loads(b'{"x":[1,{"y":"z"}]}'))
try:
    orjson.loads('{"a":')
except orjson.JSONDecodeError as e:
    print(e)
ffi = cffi.FFI()
ffi.cdef('int abs(int); size_t strlen(const char*); typedef struct {int x; double y;} P;')
C = ffi.dlopen(None)
print(C.abs(-3), C.strlen(b'hello'))
p = ffi.new('P*', {'x': 1, 'y': 2.5})
print(p.x, p.y, ffi.sizeof('P'), ffi.string(ffi.new('char[]', b'zz')))
cb = ffi.callback('int(int,int)', lambda a, b: a * b)
print(cb(6, 7))
