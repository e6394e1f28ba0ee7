import measure
measure.run(r"""
import io, os, tempfile, csv
path = os.path.join(tempfile.mkdtemp(), "f")
text = "".join("line %d of the file\n" % i for i in range(1000)); lines = text.splitlines(True); raw = text.encode()
open(path, "w").write(text); rows = [[str(i), "a b", "c,d"] for i in range(100)]
def cleanup():
    import shutil; shutil.rmtree(os.path.dirname(path))
import atexit; atexit.register(cleanup)
""", r"""
read_text: open(path).read()
read_bytes: open(path, "rb").read()
read_lines: for line in open(path): pass
readlines: open(path).readlines()
write_text: open(path, "w").writelines(lines)
write_bytes: open(path, "wb").write(raw)
stringio_write: s = io.StringIO(); s.write(text); s.getvalue()
stringio_lines: for line in io.StringIO(text): pass
bytesio: io.BytesIO(raw).read()
bytesio_lines: for line in io.BytesIO(raw): pass
textwrapper: io.TextIOWrapper(io.BytesIO(raw)).read()
print_to: print("a", 1, file=io.StringIO())
csv_write: csv.writer(io.StringIO()).writerows(rows)
csv_read: list(csv.reader(lines))
stat: os.stat(path)
exists: os.path.exists(path)
join: os.path.join("a", "b", "c")
listdir: os.listdir("/")
""")
