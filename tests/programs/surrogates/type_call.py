# Calling a type: metaclass __call__, __new__, the instance check, __init__, with every step logged; the forms type() takes.
log = []


class Meta(type):
    def __call__(cls, *a, **k):
        log.append(f"meta call {cls.__name__} {a} {k}")
        return super().__call__(*a, **k)
    def __instancecheck__(cls, o): log.append("instancecheck asked"); return False


class Getter:
    """Makes the look-up of a method visible."""
    def __init__(self, name, f): self.name, self.f = name, f
    def __get__(self, o, c):
        log.append(f"get {self.name} {o is not None}")
        return lambda *a, **k: self.f(o, *a, **k)


class A(metaclass=Meta):
    def __new__(cls, *a, **k): log.append(f"new {cls.__name__} {a} {k}"); return super().__new__(cls)
    def __init__(self, *a, **k): log.append(f"init {type(self).__name__} {a} {k}")


class B(A): pass


class ViaDescriptors:
    __new__ = Getter("__new__", lambda o, cls, *a: object.__new__(cls))
    __init__ = Getter("__init__", lambda o, *a: log.append(f"init called {a}"))


class NewReturns:
    result = None
    def __new__(cls, *a): return cls.result
    def __init__(self, *a): log.append(f"init of {type(self).__name__}")


class SubReturns(NewReturns): pass


def flush(tag, value):
    print(tag, type(value).__name__, "|", "; ".join(log))
    log.clear()


flush("A", A(1, k=2))
flush("B", B())
flush("type.__call__", type.__call__(A, 3))
flush("object.__new__", object.__new__(A))
flush("descriptors", ViaDescriptors(1, 2))
for r in (5, None, "x", object.__new__(NewReturns), object.__new__(SubReturns), NewReturns, int):
    NewReturns.result = r
    flush(f"new returns {type(r).__name__}", NewReturns(7))
    flush("   called through the subclass", SubReturns(7))
o = A()
log.clear()
o.__init__ = lambda: log.append("instance init is ignored")
flush("type(o)()", type(o)())


class InitRaises:
    def __init__(self): log.append("init"); raise ValueError("no")
class NewRaises:
    def __new__(cls): log.append("new"); raise KeyError("no")
    def __init__(self): log.append("never")
class InitReturns:
    def __init__(self, v): return v
class SlotInit:
    __init__ = print
class ClassMethodInit:
    @classmethod
    def __init__(cls): log.append(f"classmethod init {cls.__name__}")
class StaticInit:
    @staticmethod
    def __init__(*a): log.append(f"static init {a}")
class StaticNew:
    @staticmethod
    def __new__(cls, *a): log.append(f"static new {a}"); return object.__new__(cls)
class ClassNew:
    @classmethod
    def __new__(cls, *a): log.append(f"class new {[x.__name__ for x in a]}"); return object.__new__(cls)
class LambdaNew:
    __new__ = lambda cls, v=1: [v]
class BuiltinNew(dict):
    __new__ = dict.__new__
    def __init__(self, *a): super().__init__(*a); log.append("dict init")
class IntMeta(type):
    __call__ = len
class UsesLen(metaclass=IntMeta): pass


for text in ("InitRaises()", "NewRaises()", "InitReturns(None)", "InitReturns(5)", "InitReturns([])", "SlotInit('printed')", "ClassMethodInit()", "StaticInit(1)", "StaticNew(1, 2)", "ClassNew()", "LambdaNew()", "LambdaNew(4)", "LambdaNew(4, 5)", "BuiltinNew([(1, 2)])", "UsesLen()", "object(1)", "A.__call__(1)", "A.__call__", "type(5)", "type(A, 1)", "type('X', (A,), {'y': 1}).y", "type()", "type(1, 2, 3, 4)", "Meta('M', (), {})()", "int('5')", "str(b'x', 'ascii')", "list('ab')", "bool(0)", "type.__call__(type, 5)", "type.__call__(type, 'Q', (), {}).__name__", "type.__call__(int, '7')", "type.__call__(5)", "super(A, B()).__init__(9)", "A.__init__(o, 5)", "A.__new__(B)", "A.__new__(int)", "object.__new__(object, 1)", "float('1.5')", "tuple(x for x in 'a')", "frozenset([1])", "type('Y', (), {'__init__': lambda self, x: setattr(self, 'v', x)})(5).v", "Exception('e').args", "ValueError.__new__(ValueError, 5).args", "range(3)", "bytes(2)", "property(len).fget is len", "type(type('Z', (A,), {})).__name__"):
    try: r = eval(text)
    except Exception as e: r = f"{type(e).__name__}: {e}"
    print(text, "=", r if isinstance(r, (str, int, list, dict, tuple, float, frozenset, range, bytes)) else type(r).__name__, "|", "; ".join(log))
    log.clear()


class Counter:
    made = 0
    def __new__(cls, *a):
        cls.made += 1
        return super().__new__(cls)
    def __init__(self, *a): self.args = a


class WithDefaults:
    def __init__(self, a, b=2, *c, d=4, **e): self.all = a, b, c, d, e


print([Counter(i).args for i in range(3)], Counter.made, list(map(Counter, "ab"))[1].args, WithDefaults(1).all, WithDefaults(1, 5, 6, d=7, z=8).all, WithDefaults(*[1, 2], **{"d": 3}).all, [WithDefaults(a=i).all[0] for i in range(2)], sorted([3, 1], key=lambda v: Counter(v).args))
for args, kw in (((), {}), ((1,), {"a": 2}), ((), {"b": 1})):
    try: WithDefaults(*args, **kw)
    except TypeError as e: print(e)
Counter.__init__ = lambda self, *a: setattr(self, "args", ("patched", a))
print(Counter(1).args)
del Counter.__init__, Counter.__new__
try: Counter(1)
except TypeError as e: print(e)
print(Counter().__dict__)
