# A comparison method that cannot be looked up does not want to compare; other special methods' errors are told.
class Boom(Exception): pass
def booh(self): raise AttributeError('booh')
def bang(self): raise Boom('bang')
class E:
    __eq__ = property(booh)
    __lt__ = property(bang)
    __gt__ = property(lambda self: lambda other: 'gt')
    __ne__ = property(bang)
    __hash__ = None
    def __repr__(self): return type(self).__name__
class F(E):
    def __ge__(self, other): return 'ge'
a, b, f = E(), E(), F()
def t(what):
    try: print(what, eval(what))
    except Exception as e: print(what, type(e).__name__, e)
for what in ('a == b', 'a == a', 'a != b', 'a != a', 'a < b', 'a > b', 'a <= b', 'a >= b', 'a < f', 'a > f', 'a <= f', 'a >= f', 'f >= a', 'a == 1', '1 == a', '1 < a', '1 > a',
             'a < 1', 'a > 1', 'a in [b]', 'a in (b, a)', '[a].index(b)', '[a, b].count(a)', '{1: a} == {1: b}', '[a] < [b]', 'sorted([a, b])', 'max(a, b)', '(a,) == (b,)', 'a.__eq__', 'a.__lt__'):
    t(what)
class G:
    __add__ = property(booh)
    __len__ = property(booh)
    __iter__ = property(booh)
    __bool__ = property(bang)
    __init__ = property(lambda self: lambda: None)
g = G()
for what in 'g + 1', 'len(g)', 'list(g)', 'not g', 'hash(a)':
    t(what)
