# _symtable, and symtable on top of it.
import symtable
import _symtable


def show(t, depth=0):
    print("  " * depth, t.name, t.type, t.lineno, t.nested, t.varnames, {k: hex(v) for k, v in t.symbols.items()})
    for c in t.children:
        show(c, depth + 1)


SOURCES = (
    "def f(a, *b, c: int = 1, **k):\n  global x\n  x = a\n  def g(): return a, k\n  class C: y = 1; z: int\nlambda q: [w for w in q]\n",
    "from __future__ import annotations\nx: int = 3\ndef f(a: b) -> c: pass",
    "class A:\n def f(self): return __class__, super(), __x\n def g(self):\n  nonlocal_ = 1\n  def h():\n   nonlocal nonlocal_\n   nonlocal_ += 1",
    "[y := 1 for z in a if (lambda: z)()]",
    "import a.b, c as d\nfrom e import *\ntry: pass\nexcept E as err: del err\nfor i in range(3): pass\nmatch x:\n  case [m, *n]: pass",
    "async def co():\n  async with a as b: await b\n  return {k: v async for k, v in z}",
)
for source in SOURCES:
    top = _symtable.symtable(source, "f", "exec")
    show(top)
show(_symtable.symtable("a + b", "f", "eval"))
show(_symtable.symtable(b"# coding: latin-1\n\xe4 = 1\n", b"f", "exec"))
print(repr(top).split("(")[0], type(top), type(top.id), type(top).__doc__)
for args in (("x", "f", "bad"), ("x", 3, "exec"), (3, "f", "exec"), ("x", "f", 3), ("x",), ("x\0", "f", "exec")):
    try:
        print(_symtable.symtable(*args))
    except BaseException as e:
        print(type(e).__name__, e)
for bad in ("def f(a, a): pass", "def f():\n  x\n  global x", "nonlocal x", "def f(:", "def f():\n nonlocal q", "[a := 1 for a in b]"):
    try:
        symtable.symtable(bad, "<s>", "exec")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset)
try:
    type(top)()
except TypeError as e:
    print(e)
print({k: v for k, v in _symtable.__dict__.items() if isinstance(v, int)})

top = symtable.symtable(SOURCES[0], "f.py", "exec")
f = top.lookup("f").get_namespace()
print(top, top.get_type(), top.get_id() == top.get_id(), top.has_children(), top.get_identifiers(), f)
print(f.get_parameters(), f.get_locals(), f.get_globals(), f.get_frees(), f.get_nonlocals(), f.is_nested(), f.is_optimized())
for name in sorted(f.get_identifiers()):
    s = f.lookup(name)
    print(s, s.is_parameter(), s.is_global(), s.is_declared_global(), s.is_local(), s.is_free(), s.is_assigned(), s.is_imported(), s.is_annotated(), s.is_namespace())
print([c.get_name() for c in f.get_children()], f.get_children()[1].get_methods())
