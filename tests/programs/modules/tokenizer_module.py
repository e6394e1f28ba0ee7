# `_tokenize`: tokens, their places and lines, and how a source that is wrong ends.
import _tokenize
def show(s):
    print(ascii(s))
    try:
        for t in _tokenize.TokenizerIter(s): print('  ', ascii(t))
    except BaseException as e: print('  ',type(e).__name__,ascii(e.args))
CASES=['a = 1 # c\n','if 1:\n    a\n','if 1:\n  if 2:\n    a','# c\n','a # c','  ','\n','a ? b ! c\n','x!=y <> z\n','a\n\n# c\n\nb','if 1:\n  a\n\n  # k\n b','"é" é','x="""\né\n"""; y','f(\n# c\n)\n','a;b','0x1g','1_','0777','"a','"""a','a\\ b','a\\','{}[]()->:=...','@ @= // //= ** **= << <<= >> >>= ~ ^ ^= | |= & &= % %= < > <= >= == -= += *= /= .','True None False await async\n','é€𝒳 = 1\n','(\n','(]','a)','\tif 1:\n\t x\n','if 1:\n\tx\n        y\n','  a\n b','lambda: _','rb"x" u"y" f"{z}"','a\r\nb\r\n','\x0ca\n','b"\xe9"','€ $ £','1.5e3j 0b1 0o7 1__2','async def f():\n  await x\nasync = 1\n',"'a\\\nb' + c\n",'a+\\\n\\\nb\n','if 1:\n  a\n  b\nc\n','\\\n a\n','class A:\n  def f(self):\n    pass\n\n  x = 1\n','0_7','1e','1.e5','0b2','0o8','0xz','1a','a"b"','ur"x"','"\\\n','\ufeffa','a\x00b', '"'*3]
for c in CASES: show(c)
for a in ((),(1,),('a','b'),(b'a',)):
    try: _tokenize.TokenizerIter(*a)
    except Exception as e: print(type(e),e)
t=_tokenize.TokenizerIter(source='a'); print(iter(t) is t)
print(list(t), list(t))
for n in '__new__','__iter__','__next__','__getattribute__': print(n, n in vars(_tokenize.TokenizerIter))
print(_tokenize.TokenizerIter.__flags__ & (1<<10|1<<14|1<<8), _tokenize.TokenizerIter.__name__, _tokenize.TokenizerIter.__module__,_tokenize.TokenizerIter.__qualname__)
try: _tokenize.TokenizerIter.x=1
except TypeError as e: print(e)
class S(str): pass
print(list(_tokenize.TokenizerIter(S('a'))))
try: list(_tokenize.TokenizerIter('\ud800'))
except Exception as e: print(type(e), e)
