# Whether a source is complete, cannot be, or might go on.
import ast
import codeop

SOURCES = [
    "(", "(a", "if 1:", "if 1:\n  (", "'''abc", "x = [\n", "def f(\n", "a b", "f('", "1+\\", "1 +", "class A:\n  def f(self):\n    pass",
    "class A:\n  def f(self):\n    pass\n", "@a\n", "", "for x in (", "def x():\n  '''a\n", "x = 5 $", "f(", "print(]", "a = {", "raise = 2",
    "lambda *: a", "(x for x", "try:\n  a\nexcept:", "try:\n  a\n", "#a", "if 1:\n#c", "if 1:\n  pass\nelse", "x = 1", "x = 1\n", "while x: pass",
    "while x: pass\n", "match x:\n  case 1:", "async def f():\n  await x", "f'''{", "f'{", "b'''", "(1,\n2)", "a\nb", "if 1:\n  a\n b", "\\", "\\\n", "a = 'a\\", "a = 'a\\\n", "f('\n",
]
for mode in ("single", "exec", "eval"):
    for source in SOURCES:
        try: answer = codeop.compile_command(source, symbol=mode)
        except (SyntaxError, ValueError, OverflowError) as e: answer = type(e).__name__
        print(mode, repr(source), answer if answer is None or isinstance(answer, str) else "code")

for source in ("(", "if 1:\n", "x = '''", "a b"):
    try: compile(source, "f", "exec", 0x4000)
    except SyntaxError as e: print(repr(source), e.msg)

function = type(codeop)("m")
code = compile("import sys\nx = [await y for y in ()]\nprint(x, sys.__name__)", "f", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
run = type(lambda: 0)(code, {"__builtins__": __builtins__})
try: run().send(None)
except StopIteration: print("done", sorted(k for k in run.__globals__ if k != "__builtins__"))

import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(compile("1", bytearray(b"name.py"), "eval").co_filename, compile("1", b"b.py", "eval").co_filename)
    print([str(w.message) for w in caught])
for bad in (1, None, [1]):
    try: compile("1", bad, "eval")
    except TypeError as e: print(e)
