# What an exception thrown into a generator has as its context.
import sys

def chain(e):
    names = []
    while e is not None:
        names.append(repr(e))
        e = e.__context__
    return " <- ".join(names)

def failing(e):
    try: yield
    finally: raise e

# The caller's handler is not the context of what is thrown, whatever form it is given in.
one, two, three, four = [Exception(i) for i in range(1, 5)]
try: raise one
except Exception:
    info = sys.exc_info()
    for e in two, three, four:
        g = failing(e)
        next(g)
        try: g.throw(*info)
        except Exception:
            info = sys.exc_info()
            print(chain(info[1]))

def handling():
    try: raise KeyError("inside")
    except KeyError:
        try: yield 1
        except ValueError as e:
            print(chain(e))
            yield 2

for thrown in ((ValueError("x"),), (ValueError, "x"), (ValueError, ValueError("y")), (ValueError,)):
    g = handling()
    next(g)
    try: raise TypeError("outside")
    except TypeError: print(g.throw(*thrown))
