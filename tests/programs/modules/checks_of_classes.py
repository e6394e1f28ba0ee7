"""Checks of instances and classes by methods of metaclasses: what they answer, and what goes wrong."""
import sys
from abc import ABC
class M(type):
    def __instancecheck__(cls, x): log.append(("i", cls.__name__)); return 5 if x == 1 else []
    def __subclasscheck__(cls, x): log.append(("s", cls.__name__)); return "yes" if x is int else ""
class A(metaclass=M): pass
class B(metaclass=M): pass
log = []
class Bad(type):
    def __instancecheck__(cls, x): raise ValueError("check")
class C(metaclass=Bad): pass
class Strange:
    def __bool__(self): raise KeyError("truth")
class S(type):
    def __instancecheck__(cls, x): return Strange()
class E(metaclass=S): pass
class P(ABC): pass
P.register(int)
for i in range(60):
    r = isinstance(i % 3, A), isinstance(A(), A), issubclass(int, A), issubclass(str, B), isinstance(1, (str, A)), isinstance(1, P), isinstance("", P), issubclass(bool, P)
print(r, len(log))
try: isinstance(1, C)
except ValueError as e: print(e)
try: isinstance(1, E)
except KeyError as e: print(e)
try: isinstance(1)
except TypeError as e: print(e)
