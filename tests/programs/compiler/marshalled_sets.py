# Which constants of a program are one object; how that depends on what has been interned, and shows in marshalled bytes.
import marshal
import sys

SOURCE = """
def f(x): return x in {'zzqa', 'zzqb'}, (1.5, 'not a name'), 'not a name', f'{x}a b'
def g(x): return x in {'zzqa', 'zzqb'}, (1.5, 'not a name'), [i for i in x], lambda: 0
class C:
    def m(self): return {y for y in self if (lambda: y)()}
class C:
    pass
"""


first = compile(SOURCE, "file", "exec")
data = marshal.dumps(first)
f, g = first.co_consts[:2]
print(f.co_consts[1] is g.co_consts[1], f.co_consts[2] is g.co_consts[2], f.co_filename is g.co_filename, f.co_varnames is g.co_names)
kept = [sys.intern("".join(["zz", "qa"])), sys.intern("".join(["zz", "qb"]))]
again = compile(SOURCE, "file", "exec")
f, g = again.co_consts[:2]
print(f.co_consts[1] is g.co_consts[1], f.co_consts[1] == g.co_consts[1], f.co_consts[2] is g.co_consts[2])
del f, g, first
other = marshal.dumps(again)
print(data == other, marshal.loads(data) == marshal.loads(other))
print(data.hex())
del again
print(marshal.dumps(compile(SOURCE, "file", "exec", optimize=2)).hex())
print(hex(marshal.loads(data).co_consts[0].co_flags))
