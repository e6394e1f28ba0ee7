# Metaclasses whose mro() sets bases, and classes that are not finished.

class Shown(type):
    def __repr__(cls): return cls.__name__

ready = False

class M(Shown):
    def mro(cls):
        if ready:
            if cls.__name__ == "B1": B2.__bases__ = (B1,)
            if cls.__name__ == "B2": B1.__bases__ = (B2,)
        return type.mro(cls)

class A(metaclass=M): pass
class B1(A): pass
class B2(A): pass

ready = True
try: B1.__bases__ += ()
except TypeError as e: print(e)
print(B1.__bases__, B2.__bases__, B1.__mro__, B2.__mro__)

class Error(Exception): pass
failing = False

class N(Shown):
    def mro(cls):
        global failing
        if failing and cls.__name__ == "E":
            if E.__bases__ == (D2,): failing = False
            else:
                E.__bases__ = (D2,)
                raise Error
        return type.mro(cls)

class C(metaclass=N): pass
class D1(C): pass
class D2(C): pass
class E(C): pass

failing = True
try: E.__bases__ = (D1,)
except Error: print("Error")
D1.__bases__ = (E,)
print(E.__bases__, E.__mro__, D1.__mro__, D2.__subclasses__(), E.__subclasses__())

class Unfinished(Shown):
    def mro(cls):
        if cls.__mro__ is None and cls.__name__ != "X":
            try:
                class X(cls): pass
            except TypeError as e: print(e)
            try: super(cls, cls).nothing
            except AttributeError as e: print(e)
        return type.mro(cls)

class F(metaclass=Unfinished): pass
print(F.__mro__)

# What a class has goes away while the instance's own attributes are looked at.
class Evil:
    def __hash__(self): return hash("attr")
    def __eq__(self, other):
        try: del G.attr
        except AttributeError: pass
        return False

class Descriptor:
    def __get__(self, obj, ty=None): return "descriptor"

class G: attr = Descriptor()
g = G()
g.__dict__[Evil()] = 0
print(g.attr)
try: print(g.attr)
except AttributeError as e: print(e)
