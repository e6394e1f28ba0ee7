# Attributes by names that change: properties' functions, hooks and plain attributes, in one loop.


class Field:
    def __init__(self, n):
        self.plain, self.number, self._choices, self._other = None, n, ["c", n], ("o", n)
        self.log = []

    @property
    def choices(self):
        return self._choices

    @choices.setter
    def choices(self, value):
        self._choices = [value]

    @choices.deleter
    def choices(self):
        self.log.append("choices deleted")

    @property
    def other(self):
        return self._other

    @other.setter
    def other(self, value):
        self._other = (value,)

    @other.deleter
    def other(self):
        self.log.append("other deleted")


class Hooked(Field):
    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(name)
        return "hook of " + name


NAMES = ["plain", "choices", "choices", "choices", "number", "other", "choices", "other", "plain", "_choices"]


def read(objects, names):
    seen = []
    for o in objects:
        for name in names:
            seen.append(getattr(o, name))
    return seen


def read_or(objects, names):
    seen = []
    for o in objects:
        for name in names:
            seen.append((getattr(o, name, "default"), hasattr(o, name)))
    return seen


def write(objects, names):
    for o in objects:
        for name in names:
            setattr(o, name, name)
            if name != "plain":
                delattr(o, name)
                setattr(o, name, len(name))
    return [(o.log, sorted((k, v) for k, v in o.__dict__.items() if k != "log")) for o in objects[:3]]


def counted(values):
    counts = {}
    for v in values:
        counts[repr(v)[:8]] = counts.get(repr(v)[:8], 0) + 1
    return counts


for kind in Field, Hooked:
    objects = [kind(i % 3) for i in range(40)]
    print(counted(read(objects, ["choices"] * 5 + NAMES)))
    print(counted(read(objects, NAMES)))
    made = ["".join(["choi", "ces"]), "pl" + str("ain"), "o" + "ther"[:4]]
    print(counted(read(objects, made * 3)))
    extra = ["missing", "nothing", "also", "choices", "missing", "number"]
    print(counted(read_or(objects, extra * 3)))
    if kind is Hooked:
        print(counted(read(objects, ["missing", "also", "missing"] * 3 + NAMES)))
        for o in objects[::2]:
            o.missing = "own"
        print(counted(read(objects, ["missing", "also", "choices"] * 3)))
    print(write(objects, ["choices", "choices", "other", "plain", "choices", "number", "other"]))
