# marshal.load of a file whose readinto answers something odd.
import marshal
class R:
    def __init__(s,d,f): s.d=d; s.f=f; s.i=0
    def read(s,n): return b''
    def readinto(s,b):
        n=len(b); b[:]=s.d[s.i:s.i+n]; s.i+=n
        return s.f(n)
for f in (lambda n:n, lambda n:n+1, lambda n:10**300, lambda n:-10**300, lambda n:-1, lambda n:'x', lambda n:n-1, lambda n:True, lambda n: 2.0):
    try: print(marshal.load(R(marshal.dumps([1,2,'abc']),f)))
    except Exception as e: print(type(e).__name__, e)
