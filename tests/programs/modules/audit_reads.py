# What audit hooks hear of compiling, executing, and of attributes that show what is inside.
import sys
L=[]
sys.addaudithook(lambda e,a: L.append((e,)+tuple(x if isinstance(x,(str,bytes)) else type(x).__name__ for x in a)))
def show(): print(L); L.clear()
eval("1"); show()
exec("2"); show()
c=compile("2","f","exec"); show()
exec(c); show()
import sys
f=sys._getframe(); show()
f.f_code; show()
def g():yield
g.__code__; show()
g.__code__=g.__code__; show()
g.__defaults__=None; show()
x=g(); x.gi_code; show(); x.gi_frame; show()

class C: pass

C.__name__='D'; show()
C.__module__='D'; show()
C().__class__=C; show()
C.x=5; show()
class S: __slots__='a',
S().a=3; show()
try: 1/0
except Exception as e: t=e.__traceback__
t.tb_frame; t.tb_next; show()
async def co(): pass
y=co(); y.cr_code; y.cr_frame; show(); y.close()
def g(a=1,*,b=2): pass
g.__defaults__; g.__kwdefaults__; show()
g.__kwdefaults__={}; show()
del g.__defaults__; del g.__kwdefaults__; show()
exec("x=1",{}); eval(b"1"); show()
exec(bytearray(b"1")); show()
async def ag(): yield
z=ag(); z.ag_code; z.ag_frame; show()
m=C().__init__; m.__func__; show()
g.__name__; g.__qualname__; g.__builtins__; g.__annotations__; show()
import types
try: types.FunctionType(g.__code__,{}); show()
except Exception: pass
g.__code__.replace(co_name='x'); show()
s=slice(1); f.f_lineno; f.f_trace; f.f_builtins; show()
try: f.f_lineno=5
except Exception as e: pass
show()
C.__dict__; C.__mro__; del C.x; show()
C.__bases__; C.__qualname__='u'; C.__doc__='3'; C.__abstractmethods__=(); show()
import ast
L.clear()
tree = ast.parse("1"); show()
compile(tree, 'ff', 'exec'); show()
compile("1", 'ff', 'exec', ast.PyCF_ONLY_AST); show()
compile("# coding: latin-1\n1", b'ff', 'exec'); show()
try: compile("1 +", 'ff', 'single')
except SyntaxError: show()
try: eval(" 1 +")
except SyntaxError: show()
ast.literal_eval("[1]"); show()
