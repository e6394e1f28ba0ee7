# Type comments: where they belong, and where they are errors; feature_version.
import ast

SOURCE = '''\
# type: ignore
x = [] # type: list[int]
x = y = \\
    1 #type:  int  
def f(a, # type: int
      b=(1, 2), # type: str
      *, c, # type: c
      **k # type: kw
      ): # type: (...) -> None
    # just a comment
    pass # type: ignore[code]
def g(a):
    # type: (int) -> str

    return a
async def h(): # type: () -> int
    async for i in j:  # type: k
        pass
    async with a as b: # type: c
        for x in y: # type: ignored_not
            z = 1 # not a type: comment
    x = """
# type: no
"""   # type: yes
class C:
    def m(self): # type: ignoreX
        x = 1 # type: ignore
'''
tree = ast.parse(SOURCE, type_comments=True)
print(ast.dump(tree, include_attributes=True, indent=1))
for node in ast.walk(ast.parse(SOURCE)):
    if getattr(node, "type_comment", None):
        print("unasked", node)
for bad in (
    "f() # type: int\n",
    "# type: int\nx = 1\n",
    "x += 1 # type: int\n",
    "if a: # type: int\n  pass\n",
    "def f(): # type: () -> int\n  # type: () -> int\n  pass\n",
    "x = [ # type: int\n 1]\n",
    "f(lambda a, # type: int\n b: 0)\n",
    "def f(a, # type: int\n # type: str\n b): pass\n",
):
    ast.parse(bad)
    try:
        print(ast.dump(ast.parse(bad, type_comments=True)))
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno)

for source, minor in (
    ("x: int = 1", 5), ("a.b: int", 5), ("async def f(): pass", 4), ("async def f(): await x", 4), ("f(a:=1)", 7), ("f(a:=1)", 8),
    ("def f(a,/): pass", 7), ("lambda a,/: 0", 7), ("with (a as b): pass", 8), ("with (a as b, c as d): pass", 8), ("with (a, b) as c: pass", 8),
    ("with (a): pass", 8), ("f'{x}'", 5), ("1_000", 5), ("a @ b", 4), ("async def f():\n  async with a: pass", 4),
    ("async def f():\n  return [x async for x in b]", 5), ("def f(*, a): pass", 3), ("a[*b]", 10), ("@a+b\ndef f(): pass", 8), ("{**a}", 4),
):
    try:
        ast.parse(source, feature_version=(3, minor))
        print(minor, repr(source), "fine")
    except SyntaxError as e:
        print(minor, repr(source), e.msg, e.lineno, e.offset, e.end_offset)
for source, minor in (("match x:\n case 1: pass", 9), ("try: pass\nexcept* A: pass", 10), ("async def f():\n  async for a in b: pass", 4)):
    try:
        ast.parse(source, feature_version=minor)
    except SyntaxError as e:
        print(e.msg, e.lineno)
