# Errors in class bodies, lambdas, comprehensions, nested functions: names of the frames.
class Outer:
    class Inner:
        make = lambda self, v: [(lambda q: q / 0)(x) for x in v]


def deco(f):
    def wrapper(*a, **k): return f(*a, **k)
    return wrapper


@deco
@deco
def call(): return {k: (lambda: Outer.Inner().make([k]))() for k in (i for i in (1,))}


class Raises(Exception):
    def __init__(self, *a): super().__init__(*a); self.extra = call()


class Body:
    x = 1
    def m(self): pass
    raise Raises("in the body")
