# Pairs for dict() that are objects of Python classes; special methods that are descriptors with a look-up of their own.
class T(tuple):
    def __new__(cls,*a): return super().__new__(cls,a)
    def __iter__(self): return iter([9,8])
t=T(1,2)
print(dict([t]))
class Basic:
    def __init__(self,*a): self.args=a
class Tup(Basic):
    def __len__(self): return len(self.args)
    def __getitem__(self,i): return self.args[i]
    def __iter__(self): return iter(self.args)
print(dict([Tup(1,2),Tup(3,4)]))
print(dict((Tup(1,2),Tup(3,4))))
def f(*args):
    items=[Tup(k,v) for k,v in args]
    return dict(items)
print(f(*{1:2}.items()))
print(dict(x for x in [Tup(1,2)]))
class P(type): pass
class Loc:
    def __init__(s,n): s.n=n
    def __get__(s,i,o):
        print('get',s.n, i is None); return lambda *a: ('r',a)
class Lp:
    __getattr__=Loc('ga'); __bool__=Loc('b'); __call__=Loc('call'); __add__=Loc('add'); __len__=Loc('len');__getitem__=Loc('gi');__iter__=Loc('it');__repr__=Loc('rp')
l=Lp()
print(l.foo, l+1)
print(l(1,2))
for g in (lambda:len(l),lambda:bool(l), lambda:l[2],lambda:list(l), lambda:repr(l)):
    try: print(g())
    except Exception as e: print(type(e),e)
class L:
    def __get__(self,i,o):
        obj=i._g(); return obj.__class__
class P:
    __slots__=('_g','__wrapped')
    __class__=L()
    def __init__(self,x): object.__setattr__(self,'_g',lambda:x)
p=P([1,2])
print(isinstance(p,list), p.__class__)
class L2:
    def __init__(s,n): s.n=n
    def __get__(s,i,o):
        obj=i._g(); return getattr(obj,s.n)
class P2(P):
    __getattr__=L2('__getattribute__')
    __reversed__=L2('__reversed__'); __len__=L2('__len__'); __getitem__=L2('__getitem__')
p=P2([1,2])
print(list(reversed(p)))
