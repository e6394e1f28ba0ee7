# The __dict__ descriptor of a class: where a static base has a dict of its own, that base's decides. And orders without the class.
import types


class Base:
    pass


class Meta(type, Base):
    pass


class C(metaclass=Meta):
    pass


class Module(types.ModuleType, Base):
    pass


class Error(Exception, Base):
    pass


descriptor = Base.__dict__["__dict__"]


def show(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


for o in (C, Meta, Base(), Module("m"), Error()):
    show(lambda: type(descriptor.__get__(o)).__name__)
    show(descriptor.__set__, o, {"q": 1})
    show(lambda: o.q)
    show(descriptor.__delete__, o)


class NoSelf(type):
    def mro(cls):
        return (Base,)


def make():
    class A(metaclass=NoSelf):
        pass


show(make)
