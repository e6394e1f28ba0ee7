"""getattr() and hasattr() where `__getattr__`, or a descriptor without `__set__`, is asked of some objects of a class and not of others."""


class Meta(type):
    def __getattr__(cls, name):
        if name == "odd":
            return "asked"
        raise AttributeError(name)


class With(metaclass=Meta):
    odd = "found"
    mark = "its own"


class Without(metaclass=Meta):
    pass


class Lazy:
    """Keeps its value in the object, where it hides this from then on."""

    def __init__(self, function):
        self.function = function

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return "computed " + str(self.function(instance))


class Thing:
    def __init__(self, **kw):
        self.__dict__.update(kw)

    @Lazy
    def value(self):
        return len(self.__dict__)

    def __getattr__(self, name):
        if name.startswith("a"):
            return "asked " + name
        raise AttributeError(name)


def classes(items):
    return [(getattr(c, "mark", None), getattr(c, "odd", None), hasattr(c, "mark")) for c in items]


def things(items):
    found = []
    for t in items:
        found.append((getattr(t, "any", None), getattr(t, "value", 0), getattr(t, "none", "default"), hasattr(t, "none"), t.any, t.value))
    return found


for _ in range(4):
    print(classes([str, Without, Without, Without, With, Without, int, With, With]))
    print(things([Thing(), Thing(), Thing(), Thing(any=1), Thing(value=2), Thing(none=3), Thing(any=4, value=5, none=6), Thing()]))
