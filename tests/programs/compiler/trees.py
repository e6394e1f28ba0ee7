# Trees of every kind of syntax, with positions, through ast.dump; back to source, and compiled again.
import ast

ZOO = r'''
"""doc"""
from __future__ import annotations
import a, b.c as d
from . import e
from .f import g as h, i
from j import *
x = y = 1_000, 0xff, 1.5e3, 2j, ..., None, True, False, b"a\x00", 'é' "b", u'u' 'v', rb'\d'
x: int
x.a: int = 3
(x): int = 4
x[1:2, ::3, ...] += 1; del x, y[0], z.a
a, *b = c
[a, (b, *c)] = d
if a: pass
elif b: pass
else: pass
while a < b <= c != d is not e not in f: break
else: continue
for i, in a: pass
with a as b, c: pass
with (a as b, c as (d, e),): pass
try: raise A from b
except (A, B) as e: raise
except: pass
else: pass
finally: assert a, b
try: pass
except* A: pass
@dec
@dec(1)
async def f(a, b: int = 1, /, c=2, *args: *ts, d, e=3, **kw) -> "r":
    """doc"""
    global g1, g2
    await x
    async for a in b: yield
    async with a as b: yield from c
    return [x async for x in y if a if b for c, d in e]
class C(A, *b, metaclass=M, **k):
    def m(self): nonlocal_ = lambda *, a=1, **k: (yield)
f(a, *b, c=d, **e)(x for x in y)
{1: 2, **a, 'b': [*c]}, {1, *s}, {k: v for k, v in z}, {q for q in r}
f"a{b!r:>{w}.{p}}c{{}}" 'd' f'{x=}' f'{x = !s}' f"""{
 z}"""
a if b else not c or d and e
-a ** ~b @ c // d % e << f >> g & h | i ^ j - +k
(w := 5)
match p:
    case 1 | -2 | "s" | None: pass
    case [a, *_, b] | (c, *d): pass
    case {"k": v, 1.5: _, **rest} if g: pass
    case C(1, x=y) as z: pass
    case a.b.c: pass
    case -1+2j: pass
    case _: pass
'''

tree = ast.parse(ZOO)
for node in tree.body:
    print(ast.dump(node, include_attributes=True))
print(ast.unparse(tree))
again = ast.parse(ast.unparse(tree))
print(ast.unparse(again) == ast.unparse(tree))
print(sum(1 for _ in ast.walk(tree)), [n.value for n in ast.walk(tree) if getattr(n, 'kind', None)])

code = compile(ast.parse("def f(a, b=[1, 2]):\n  return [x + a for x in b]\nprint(f(10))\n"), "<zoo>", "exec")
exec(code)


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node)


tree = ast.fix_missing_locations(Double().visit(ast.parse("print(21, 'ab')")))
exec(compile(tree, "<double>", "exec"))
print(ast.literal_eval("{1: [2, (3,)], 'a': -1.5, b'x': 1 + 2j, None: {True, }}"))
for bad in ("a", "1 + a", "f()", "[x for x in y]", "1 +"):
    try:
        ast.literal_eval(bad)
    except (ValueError, SyntaxError) as e:
        print(type(e).__name__, str(e).split(" at 0x")[0])
print(ast.get_docstring(ast.parse(ZOO), clean=False), ast.get_source_segment("a = b + c", ast.parse("a = b + c").body[0].value))
print(ast.dump(ast.parse("a; b", mode="single")), ast.dump(ast.parse("a, b", mode="eval")))
print(ast.dump(ast.parse("(int, *str, **a[b]) -> None", mode="func_type")), ast.dump(ast.parse("() -> x", mode="func_type")))
for bad in ("(a", "a -> b", "(a) b", "(a,) -> ", "(a b) -> c"):
    try:
        print(ast.dump(ast.parse(bad, mode="func_type")))
    except SyntaxError as e:
        print(type(e).__name__)
