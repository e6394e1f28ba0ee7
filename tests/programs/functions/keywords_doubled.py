# The name of the function in the error of keywords that are given twice.
def f(**k): pass
class C:
    def m(self, **k): pass
    __module__ = 'xx'
class D:
    def __call__(self, **k): pass
    def __str__(self): return '<a D>'
def t(g):
    try: g()
    except TypeError as e: print(e)
t(lambda: f(**{'x': 1}, **{'x': 2}))
t(lambda: f(x=1, **{'x': 2}))
t(lambda: C().m(x=1, **{'x': 2}))
t(lambda: C(x=1, **{'x': 2}))
t(lambda: print(end='', **{'end': 2}))
t(lambda: dict(a=1, **{'a': 2}))
t(lambda: [].sort(key=1, **{'key': 2}))
t(lambda: "".format(a=1, **{'a': 2}))
t(lambda: f(**5)); t(lambda: f(*5)); t(lambda: f(**{1: 2})); t(lambda: f(**{1: 2}, **{1: 3})); t(lambda: f(**{D(): 2}, **{None: 3}, **{None: 4}))
t(lambda: D()(x=1, **{'x': 2}))
t(lambda: (lambda **k: 0)(x=1, **{'x': 2}))
for module in None, 'builtins', 5, 'other':
    f.__module__ = module
    t(lambda: f(x=1, **{'x': 2}))
