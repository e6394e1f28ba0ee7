# What audit hooks hear of attributes that matter, of exceptions that nobody gets; each event is told once.
import sys

seen = []


def hook(event, args):
    if event.startswith(("object.__setattr__", "sys.unraisablehook", "mine")):
        seen.append((event, [a for a in args if isinstance(a, (str, int))]))


class A:
    pass


class B:
    pass


class C(A):
    pass


def f():
    pass


def g():
    pass


class Dying:
    def __del__(self):
        1 / 0


a = A()
sys.addaudithook(hook)
C.__name__ = "X"
C.__qualname__ = "Y"
C.__module__ = "Z"
C.__bases__ = (B,)
type.__dict__["__bases__"].__set__(C, (A,))
C.__init__ = B.__init__
C.attribute = 1
a.__class__ = B
a.attribute = 2
f.__code__ = g.__code__
for bad in (lambda: setattr(C, "__name__", 5), lambda: setattr(a, "__class__", 5), lambda: setattr(int, "__name__", "x"), lambda: setattr(f, "__code__", 1)):
    try:
        bad()
    except TypeError as e:
        print(e)
sys.unraisablehook = lambda args: print(args.exc_type.__name__, args.err_msg)
Dying()
sys.audit("mine", 1, "two")
for event in seen:
    print(event)


def refuse(event, args):
    if event == "object.__setattr__":
        raise PermissionError(args[1])


sys.addaudithook(refuse)
try:
    C.__name__ = "W"
except PermissionError as e:
    print(repr(e), C.__name__)
for call in (lambda: min(1, 2, a=1, b=2, c=3), lambda: max(1, 2, key=None, default=2, c=3), lambda: ImportError(1, a=1, b=2, c=3), lambda: NameError(1, a=1, b=2), lambda: ImportError(1, a=1)):
    try:
        call()
    except TypeError as e:
        print(e)


class Text(str):
    pass


class Shown:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


print(type(ascii(Shown(Text("<abc>")))).__name__, type(ascii(Shown(Text("\xe9")))).__name__)
