# The compiler's warnings made errors by a filter: where they are, what they show, and which other error goes before
import warnings

warnings.simplefilter("error")
SOURCES = [
    "x = ('\\d')\n", "f('a',\n  '\\d',\n  'b')\n", "x = [\n'\\d']\n", "x = '\\d'\n", "x = (1 +\n   '\\d' +\n 3)\n", "x = ('\xe9',\n '\\d')\n", "if 1:\n  x = {'a':\n   '\\q'}\n",
    "x = (b'\\d')\n", "x = (f'\\d')\n", "x = (\n'''a\n\\d\nb''')\n", "x = '''a\n\\d\nb'''\n", "x = ('a' 'b' '\\d')\n", "f(1, '\\d'\n)\n", "f('\\d', 0x1for x in y)\n",
    "f(\n 0x1for x in y, '\\d')\n", "x = ('\\d'\n)\n", "x = ('\\400')\n", "x = [0or 1]\n", "x = [\n0or 1]\n", "1if 2else 3\n", "f(1\n,'\\d' 'c')\n",
    "class A:\n  def f(self):\n    return ('\\d'\n,)\n", "x = ('''\n\\d'''\n)\n", "x = '\\d'\ny = 'abc\n", "x = '\\d'\n$\n", "x = '\\d'\n)\n", "x = ('\\d'\n", "x = ('\\d', 1\ny\n",
    "x = '\\d' 'a' '\\x'\n", "x = '\\d'\ny = 0x1for x in y\n", "x = '\\d'\n  y\n", "x = '\\d'\n a\n\tb\n", "x = '\\d'\ny z\n", "y z\nx = '\\d'\n", "x = '\\d' y z\n", "f'\\d{a}'\n",
    "f'{a}\\d'\n", "x = (f'{a}\\d'\n)\n", "f'\\{a}'\n", "x = '\\d'\nassert (1, 2)\n", "assert (1, 2)\nx = '\\d'\n", "0x1for x in '\\d'\n", "match '\\d':\n  case '\\e': pass\n",
    "class A:\n  '''doc\n  \\d\n  '''\n", "'\\d' is 1\n", "'\\d'", "x = '\\d'; y = '\\e'\n", "\n\n# c\nf(x, '\\d', y)\n", "x = b'\\d' b'e'\n", "x = ['\\d',\n\n\n'''\\e\n''']\n",
    "x = '''\n\\d''' + '''\n'''\n", "x = '\\d' \\\n  'e'\n", "x = ('\\d' # c\n 'e')\n", "x = '\\777'\n", "'\xe9' '\\d'\n", "x = '\xe9\\d'\n", "if 1:\n   '\\d'\n  \ty\n",
]
for text in SOURCES:
    for source in (text, text.encode()):
        try:
            compile(source, "f", "exec")
        except SyntaxError as e:
            print(repr(source), type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, repr(e.text))
        except Warning as e:
            print(repr(source), type(e).__name__, e)
        else:
            print(repr(source), "compiles")
