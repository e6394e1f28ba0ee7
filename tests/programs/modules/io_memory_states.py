# Files in memory: written piece by piece, over, cut off, beyond the end, shared with the object they were made of.
import io

def show(f):
    print(repr(f.getvalue()), f.tell())

f = io.StringIO()
for i in range(5):
    f.write("piece%d " % i)
show(f)
f.seek(3); f.write("XYZ"); show(f)
f.write("é€😀"); show(f)
f.seek(0); print(repr(f.read(4)), repr(f.readline()))
f.truncate(6); show(f)
f.seek(10); f.write("end"); show(f)
f.truncate(100); show(f)
f.seek(0, 2); f.write("\nmore\nlines\n"); f.seek(0)
print(list(f), f.tell(), f.read(), f.readline())
f = io.StringIO("a\r\nb\rc\n", newline=None); print(list(f), f.newlines); show(f)
f = io.StringIO("a\r\nb\rc\nd", newline=""); print(list(f)); f.seek(0); print(f.readlines(3), f.readline(1))
f = io.StringIO("a\nb\n", newline="\r\n"); show(f); print(list(f)); f.write("x\ny"); show(f)
f = io.StringIO("x\ny\n", newline="\r"); show(f); f.seek(0); print(list(f))
f = io.StringIO("start"); f.write("ab"); show(f); f.seek(0, 2); f.write("c" * 300); f.write("d" * 300); f.write("é"); print(len(f.getvalue()), f.getvalue()[-2:])
class S(str):
    pass
text = S("sub\nclass")
f = io.StringIO(); f.write(text); print(type(f.getvalue()), [type(l) for l in io.StringIO(text)])
f = io.StringIO("abc"); f.seek(1); f.write(""); show(f); f.seek(5); f.write(""); show(f); print(repr(f.read()))
state = io.StringIO("q\nr"); state.read(2); s = state.__getstate__(); print(s); t = io.StringIO(); t.__setstate__(s); print(repr(t.read())); t.write("+"); show(t)
class R(io.StringIO):
    def readline(self):
        return 5
try:
    next(R("x"))
except OSError as e:
    print(e)
f.close()
for call in (f.read, f.getvalue, lambda: f.write("x"), lambda: list(f), f.tell):
    try:
        call()
    except ValueError as e:
        print(e)

data = bytes(range(65, 75)) * 3
b = io.BytesIO(data)
print(b.getvalue() is data, b.read() is data, b.read(), b.seek(0), b.read(3), b.getvalue() is data)
b.write(b"zz"); show(b); print(data)
b = io.BytesIO(data); b.truncate(4); show(b); print(len(data))
b = io.BytesIO(data); view = b.getbuffer(); view[0] = 0; print(b.getvalue()[:2], data[:2])
for call in (lambda: b.write(b"x"), lambda: b.truncate(1), b.close):
    try:
        call()
    except BufferError as e:
        print(e)
view.release(); b.write(b"now"); print(b.getvalue()[:5])
v1 = b.getvalue(); b.seek(0); b.write(b"Q"); print(v1[:2], b.getvalue()[:2])
b = io.BytesIO(b"a\nbb\n\nc"); print(list(b), b.readline(), b.seek(0), b.readlines(3), b.readline(1), b.readline())
b = io.BytesIO(); b.seek(5); b.write(b"x"); show(b); b.write(bytearray(b"yz")); b.write(memoryview(b"m")); show(b)
s = b.__getstate__(); c = io.BytesIO(); c.__setstate__(s); show(c); room = bytearray(3); c.seek(0); print(c.readinto(room), room)
class B(bytes):
    pass
b = io.BytesIO(B(b"sub")); print(type(b.getvalue()), type(b.read()))
with io.TextIOWrapper(io.BytesIO(b"one\r\ntwo\nthree")) as w:
    print(list(w), w.newlines)
    w.buffer.close()
    try:
        w.readline()
    except ValueError as e:
        print(e)
