"""Builtins that need no frame of their own: maps, attributes by name, joins, collections of iterators, sorts by builtin keys."""
import sys
def f(x): return x*2
def g(n):
    t=0
    for i in range(n):
        for y in map(f, [1,2,3,i]): t+=y
        t+=sum(map(f, (1,2,i)))
        t+=len(",".join(map(str,range(5)))) + len("".join(map(lambda x: "ab", [1,2])))
        t+=len(list(map(f, range(4))))+ len(tuple(y for y in (1,2)))
        t+=max(map(f,[3,i,5]))
        t+=len({y for y in map(f,[1,2])} | set(y for y in (1,2)))
    return t
print(g(3000))
def stop(x):
    if x==3: raise StopIteration
    return x
print(list(map(stop,[1,2,3,4])), [x for x in map(stop,(1,2,3,4))], list(map(f,[])), ",".join(map(str,[])))
try: list(map(lambda x: 1/x,[1,0]))
except ZeroDivisionError as e: print(e)
def h(n):
    c=0
    for i in range(n):
        try:
            for x in map(stop,[1,2,3,4]): c+=x
            for x in map(lambda v: 10//(v-2), [i%4, 1]): c+=x
        except ZeroDivisionError: c+=100
    return c
print(h(2000))
class A:
    x=1
    def m(self): return 5
    @property
    def p(self): raise AttributeError("p")
class B(A):
    def __getattr__(self,n): return n
a=A(); b=B()
for o in (a,b):
    for n in "xympq": print(n, getattr(o,n,'d') if n!='m' else getattr(o,n,'d')(), hasattr(o,n))
a.z=5
print(getattr(a,'z',0), hasattr(a,'z'), getattr(a,'__class__',0), getattr(a,'__dict__',0))
setattr(a,'w',3); setattr(a,'x',4); print(a.w,a.x,A.x)
class S:
    __slots__='q',
s=S()
print(getattr(s,'q',7),hasattr(s,'q'))
setattr(s,'q',1); print(s.q)
try: setattr(s,'zz',1)
except AttributeError as e: print(e)
class P:
    def __setattr__(self,n,v): print('set',n,v)
setattr(P(),'k',2)
print(dict(zip(['a','b'],[1,2,3])), dict(zip((1,2),'ab')), dict(zip([],[])))
print(sorted(["bb","a","ccc"],key=len), sorted(["3","10","2"],key=int), sorted([3,1,2],key=str,reverse=True))
try: sorted([1,2],key=len)
except TypeError as e: print(e)
l=[3,1,2]
try: l.sort(key=len)
except TypeError as e: print(e,l)
print([*enumerate("ab")],[*zip([1],(2,),range(3))], list(zip([1,2],[3],strict=False)))
try: [*zip([1,2],[3],strict=True)]
except ValueError as e: print(e)
