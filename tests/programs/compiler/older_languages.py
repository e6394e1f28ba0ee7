# Languages besides today's: Barry's inequality, syntax of older versions, signatures, and where type comments may stand.
import ast
import __future__

BARRY = __future__.CO_FUTURE_BARRY_AS_BDFL


def show(what, f, *args, **kwargs):
    try:
        result = f(*args, **kwargs)
    except SyntaxError as e:
        print(repr(what), '->', e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset, e.text))
    else:
        print(repr(what), '->', ast.dump(result) if isinstance(result, ast.AST) else type(result).__name__)


for text in ('1 != 2', '1 <> 2', "f'{1!=2}'", "f'{1<>2}'", "f'{(1<>2)}'", 'a = 1 !=', 'x !=2; (', '!= 3', 'a <>',
             'def f(: a != 2', '[a for a in b if a != 3', 'a <> b <> c', 'if a <> b: pass', 'a == b != c', 'a != b == (', '"a != b"'):
    show(text, compile, text, 'f', 'exec', BARRY)
    show(text, compile, text, 'f', 'exec')
space = {}
exec('from __future__ import barry_as_FLUFL\ndef f(a, b): return eval("a <> b"), eval("a == b")', space)
print(space['f'](1, 2), space['f'](2, 2))
exec(compile('print(1 <> 2, [x for x in (1, 2, 3) if x <> 2])', 'f', 'exec', BARRY))

for minor in 5, 6, 7, 8:
    for text in ('async = 12\nawait = 13\n', 'def async(await): return await.async\n', 'async def f(): await x\n',
                 'async def f():\n    await x\n    def async(): pass\n', 'async def f():\n    await x\nawait = 3\n',
                 'def g():\n    async def f():\n        await x\n    await = 3\n', 'class async: pass\n', 'import async\n',
                 'f"{x=}"', '("a"\n"b"\nf"{x=!r}")', 'f"{x}"', 'f"{x:{y=}}"'):
        show((minor, text), ast.parse, text, feature_version=(3, minor))

for text in ('() -> int', '(int) -> List[str]', '(int, *str, **Any) -> float', '(*int) -> None', '(**int) -> None',
             '(*int, **str) -> None', '(int, *str, *Any) -> float', '(int, **str, Any) -> float', '(**int, **str) -> float',
             '(int,) -> x', '(*a, b) -> x', '(*a, *b)->c', '(a,,b)->c', '(,)->a', '(*) -> x', '(a, *) -> c'):
    show(text, ast.parse, text, mode='func_type')

for text in ('def f(\n    *, # type: int\n    a, # type: int\n):\n    pass\n', 'def f(b, *, # type: int\n    a, # type: int\n):\n    pass\n',
             'def f(b, *\n, # type: int\n    a=3\n):\n    pass\n', 'def f(b, * # type: int\n, \n    a=3\n):\n    pass\n',
             'def f(b, /, # type: int\n a=3\n):\n    pass\n', 'def f(b, # type: int\n/,\n a=3\n):\n    pass\n',
             'foo( # type: int\n)\n', 'x = (1, # type: int\n2)\n', '# type: int\nx=1\n', 'def f(*a, # type: int\n**k # type: str\n): pass\n'):
    show(text, ast.parse, text, type_comments=True)
    show(text, ast.parse, text)
