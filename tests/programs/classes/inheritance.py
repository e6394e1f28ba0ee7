# Inheritance: linearisation, diamonds, super in all positions, conflicts, bases that change.
class A:
    def f(self): return ["A"]
    name = "A"
class B(A):
    def f(self): return ["B"] + super().f()
class C(A):
    def f(self): return ["C"] + super().f()
    name = "C"
class D(B, C):
    def f(self): return ["D"] + super().f()
class E(B): pass
class F(E, D): pass


for cls in (A, B, C, D, E, F):
    print(cls.__name__, [k.__name__ for k in cls.__mro__], cls().f(), cls.name, [k.__name__ for k in cls.__bases__], cls.__base__.__name__)
print(A.__subclasses__(), D.mro())
for bad in ("class X(A, B): pass", "class X(A, A): pass", "class X(object, A): pass", "class X(int, str): pass", "class X(bool): pass", "class X(type(None)): pass", "class X(5): pass",
            "class X(type, int): pass", "class X('a', (), {}): pass", "class Y(B, A): pass\nclass Z(C, A): pass\nclass W(Y, Z): pass\nclass V(Z, Y): pass\nclass X(W, V): pass",
            "class X(slice): pass", "class X(range): pass", "class X(type(len)): pass", "class X(type(lambda: 0)): pass", "class X(A, metaclass=5): pass", "class X(A, x=1): pass",
            "class X(None): pass", "class X(list, dict): pass", "class X(ValueError, OSError): pass\nprint(X.__mro__)", "class X(ValueError, KeyError): pass\nprint(X.__base__)",
            "class X(int, ValueError): pass", "class X(type(...)): pass", "class X(memoryview): pass", "class X((i for i in ()).__class__): pass", "class X(type(NotImplemented)): pass"):
    try:
        exec(bad)
        print("fine", bad)
    except Exception as e:
        print(bad.split("\n")[-1], "->", type(e).__name__, e)


class Super(D):
    def f(self): return super(Super, self).f(), super(D, self).f(), super(B, self).f(), super(C, self).f()
    @classmethod
    def cm(cls): return super().name
    @staticmethod
    def sm(x): return super(Super, x).name
    @property
    def prop(self): return super().name
    def nested(self): return [super(Super, self).name for _ in "a"], (lambda: super(Super, self).name)()
    def with_args(self, *args, k=1): return super().f()
    def renamed(this): return super().name
    def attr_error(self): return super().nothing
    def set_it(self): super().x = 5


s = Super()
print(s.f(), Super.cm(), Super.sm(s), s.prop, s.nested(), s.with_args(1), s.renamed())
for f in (s.attr_error, s.set_it, lambda: super().x, lambda: super(int, "a"), lambda: super(5), lambda: super(A, 5).f(), lambda: super(B, A()).f(), lambda: super(A, A).f, lambda: super(A).f, lambda: super(1, 2, 3)):
    try:
        print("got", type(f()).__name__)
    except Exception as e:
        print(type(e).__name__, e)
sup = super(B, s)
print(sup.__thisclass__.__name__, sup.__self__ is s, sup.__self_class__.__name__, repr(sup), sup.__class__, super(B).__self__, repr(super(B)))


def no_args(): return super().x
def deleted(self):
    del self
    return super().x
class HasCell:
    deleted = deleted
    def reassigned(self):
        self = "other"
        return super().__repr__()
    def first_gone(self):
        del self
        return super().x
    def explicit(self): return __class__.__name__


for f in (no_args, HasCell().deleted, HasCell().reassigned, HasCell().first_gone):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(HasCell().explicit())


class P1:
    def who(self): return "P1"
class P2:
    def who(self): return "P2"
class Kid(P1): pass
kid = Kid()
print(kid.who())
Kid.__bases__ = (P2,)
print(kid.who(), Kid.__mro__, P1.__subclasses__(), P2.__subclasses__())
Kid.__bases__ = (P1, P2)
print(kid.who(), Kid.mro())
for bases in ((), (int,), (P1, P1), 5, (5,), (Kid,), (P1, object, P2)):
    try:
        Kid.__bases__ = bases
        print("fine", bases)
    except Exception as e:
        print(type(e).__name__, e)


class Mixin:
    def __init__(self, **kw): self.log = [*getattr(self, "log", []), "Mixin"]; super().__init__(**kw)
class Left:
    def __init__(self, left=None, **kw): super().__init__(**kw); self.left = left
class Right:
    def __init__(self, right=None, **kw): super().__init__(**kw); self.right = right
class Join(Mixin, Left, Right):
    def __init__(self, **kw): super().__init__(**kw); self.log.append("Join")
j = Join(left=1, right=2)
print(j.log, j.left, j.right)
try:
    Join(left=1, other=2)
except TypeError as e:
    print(e)
class L(list):
    def append(self, v): super().append(v * 2)
    def __len__(self): return super().__len__() + 100
l = L([1]); l.append(5); l.extend([7])
print(l, len(l), l == [1, 10, 7], isinstance(l, list), list(l), l + [1], type(l + [1]).__name__, type(l[:]).__name__)
class I(int):
    def __add__(self, o): return I(super().__add__(o) + 1000)
    def __repr__(self): return f"I({int(self)})"
print(I(5) + 1, 1 + I(5), I(5) - 1, -I(5), sum([I(1), I(2)]), I(7) == 7, {7: "x"}[I(7)], [I(1)], "%d" % I(3), I(5).real, type(I(5) * 2).__name__)
