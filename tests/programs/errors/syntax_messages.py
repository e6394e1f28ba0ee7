# The full text of the SyntaxErrors that people meet most: message, caret, file and line, as the hook prints them.
import sys
for s in ("print 'hello'", "x = (1, 2", "if x = 5:\n    pass", "def f()\n    pass", "for i in range(3)\n    pass", "class A\n    pass", "return 5", "break", "def f():\n    x = 1\n    global x", "f() = 5", "1 + 2 = 3", "None = 5", "x = 'unterminated", "def f(a, a): pass", "def f(a=1, b): pass", "f(a=1, 2)", "f(a=1, a=2)", "import a from b", "x = [1, 2, 3", "x = }", "(1, 2]", "del f()", "'abc' = 1", "lambda: (yield)", "else:\n    pass", "try:\n    pass\nx = 1", "async def f():\n    yield from x", "def f():\n    nonlocal y", "[x for x in y] = 1", "f'{a b}'", "f'{}'", "x = 5 5", "a, b += 1", "from __future__ import nonsense", "continue", "if True:\nx = 1", "if True:\n        a = 1\n    b = 2", "  indented = 1", "raise ValueError, 'x'", "except ValueError:\n    pass", "while True print(1)", "x = {'a' 1}", "x = {'a': }", "def 5(): pass", "a.5", "x = yield = 1", "with open(x) as 5: pass", "for f() in x: pass", "@5 +\ndef f(): pass", "assert x, ", "a = = b", "not = 1"):
    try:
        compile(s, "<input>", "exec")
        print("compiles:", s)
    except SyntaxError as e:
        sys.excepthook(type(e), e, None)
