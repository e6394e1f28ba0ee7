# Decorators: order, arguments, any expression, on methods and classes, results of any type.
log = []


def tag(name):
    log.append("made " + name)
    def decorate(f):
        log.append(f"{name}({getattr(f, '__name__', f)})")
        def wrapper(*a, **k):
            return f"{name}<{f(*a, **k)}>"
        wrapper.__name__ = getattr(f, "__name__", "?")
        return wrapper
    return decorate


@tag("a")
@tag("b")
@tag("c")
def hello(who="x"):
    return "hello " + who


print(hello(), hello("y"), log)
log.clear()


@tag("class")
class K:
    @tag("method")
    def m(self): return "m"
    @staticmethod
    @tag("static")
    def s(): return "s"
    @classmethod
    @tag("cm")
    def c(cls): return cls.__name__
    @property
    @tag("prop")
    def p(self): return "p"


print(log)
original = K.__closure__[0].cell_contents if K.__closure__ else None
print(type(K).__name__)


def register(registry, key=None):
    def deco(obj):
        registry[key or obj.__name__] = obj
        return obj
    return deco


commands = {}


@register(commands)
def start(): return "started"


@register(commands, "halt")
def stop(): return "stopped"


@register(commands)
class Job:
    pass


print({k: (v() if k != "Job" else v.__name__) for k, v in commands.items()})


@str
def text(): pass


print(type(text).__name__, text[:14])


@len
class Sized(list, metaclass=lambda n, b, d: "four"): pass


print(Sized)


@(lambda f: f())
def value(): return 42


@[lambda f: "picked " + f.__name__][0]
def picked(): pass


@(deco := tag("walrus"))
def w(): return 1


@{"k": lambda f: f.__name__ * 2}["k"]
def doubled(): pass


@register.__call__(commands, "x") if commands else None
def cond(): pass


print(value, picked, w(), doubled, "x" in commands)


def twice(f):
    return lambda *a: f(f(*a))


@twice
@twice
def inc(x): return x + 1


print(inc(0))
for source in ("@5\ndef f(): pass", "@None\nclass C: pass", "@undefined\ndef f(): pass", "@(lambda: 0)\ndef f(): pass", "@(1 / 0)\ndef f(x=print('default')): pass",
               "@print\n@(lambda f: 1 / 0)\ndef f(): pass"):
    try:
        exec(source, {})
    except Exception as e:
        print(type(e).__name__, e)


class Descriptor:
    def __init__(self, f): self.f = f
    def __get__(self, obj, cls): return f"{cls.__name__}.{self.f.__name__}" if obj is None else self.f(obj) + "!"
    def __set_name__(self, owner, name): print("named", owner.__name__, name)


class D:
    @Descriptor
    def lazy(self): return "computed"
    @property
    def x(self): "doc of x"; return self._x
    @x.setter
    def x(self, v): self._x = v * 2
    @x.deleter
    def x(self): print("deleting"); del self._x
    only = property(lambda self: "ro", doc="given")


d = D()
d.x = 4
print(d.lazy, D.lazy, d.x, D.x.__doc__, D.only.__doc__, d.only)
del d.x
print(hasattr(d, "x"))
