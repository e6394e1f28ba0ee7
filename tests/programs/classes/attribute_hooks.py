# __getattribute__, __getattr__, __setattr__, __delattr__, __dir__: who is asked, in which order, inherited, failing.
log = []


class Base:
    cls_attr = "class"
    def __getattribute__(self, name): log.append(f"getattribute {name}"); return object.__getattribute__(self, name)
    def __getattr__(self, name):
        log.append(f"getattr {name}")
        if name.startswith("no"): raise AttributeError(f"custom {name}")
        return f"made {name}"
    def __setattr__(self, name, v): log.append(f"setattr {name}={v}"); object.__setattr__(self, name, v)
    def __delattr__(self, name): log.append(f"delattr {name}"); object.__delattr__(self, name)
    def method(self): return "method"
    def __len__(self): return 3
    prop = property(lambda self: self.missing_in_prop)


class Sub(Base): pass


def flush():
    print("   ", " | ".join(log))
    log.clear()


s = Sub()
s.a = 1
print(s.a, s.cls_attr, s.method(), s.other, s.prop)
flush()
print(hasattr(s, "no"), hasattr(s, "yes"), getattr(s, "no1", "dflt"), getattr(s, "z", "dflt"), len(s), s.__class__.__name__)
flush()
del s.a
for name in ("a", "no_attr"):
    try:
        delattr(s, name)
    except AttributeError as e:
        print(e)
    try:
        print(getattr(s, name))
    except AttributeError as e:
        print(e)
flush()
s.__dict__["direct"] = 5
s.x = s.y = 2
s.x += 1
print(s.direct, vars(s))
flush()


class Always:
    def __getattribute__(self, name):
        if name == "err": raise ValueError("not attribute error")
        if name == "miss": raise AttributeError("always miss")
        return name.upper()


a = Always()
print(a.anything, a.__dict__, a.__class__, getattr(a, "miss", "dflt"), hasattr(a, "miss"))
for f in (lambda: a.err, lambda: a.miss, lambda: getattr(a, "err", 1), lambda: hasattr(a, "err"), lambda: a.method()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class OnlyGetattr:
    def __getattr__(self, name): return f"{name}?"
    def __init__(self): self.real = 1


o = OnlyGetattr()
print(o.real, o.fake, o.__fake__, o.__class__.__name__)
for bad in ("len(o)", "o[0]", "o + 1", "o()", "iter(o)", "with_(o)"):
    try:
        eval(bad, {"o": o, "with_": lambda o: exec("with o: pass", {"o": o})})
    except TypeError as e:
        print(e)


class Recursing:
    def __getattr__(self, name): return self.other if name != "other" else "end"
    def __setattr__(self, name, value): self.__dict__[name] = (name, value)


r = Recursing()
r.v = 1
print(r.v, r.w)


class Delegate:
    def __init__(self, target): object.__setattr__(self, "_t", target)
    def __getattr__(self, name): return getattr(self._t, name)
    def __setattr__(self, name, v): setattr(self._t, name, v)
    def __delattr__(self, name): delattr(self._t, name)


class T: pass


t = T()
d = Delegate(t)
d.x = 5
print(t.x, d.x, Delegate([1, 2]).count(1), Delegate("abc").upper())
del d.x
try:
    d.x
except AttributeError as e:
    print(e, e.name, e.obj is t)
for bad in ("getattr(t)", "getattr(t, 5)", "setattr(t, 5, 1)", "setattr(t, 'a')", "delattr(t, 5)", "hasattr(t, 5)", "getattr(t, 'a', 1, 2)", "getattr()", "vars(5)", "dir(1, 2)", "hasattr(t)", "t.__setattr__('a')",
            "t.__getattribute__('nope')", "object.__getattribute__(5, 'nope')", "object.__setattr__(5, 'a', 1)", "object.__delattr__(t, 'b')", "object.__setattr__(int, 'a', 1)", "type.__setattr__(int, 'a', 1)", "type.__getattribute__(int, 'nope')",
            "type.__getattribute__(5, 'nope')", "t.__delattr__('b')", "object.__getattribute__(t, 5)"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
setattr(t, "a b", 1)
setattr(t, "", 2)
setattr(t, "é", 3)
print(vars(t), getattr(t, "a b"), getattr(t, ""))


class Dir:
    def __dir__(self): return ["z", "a", "m"]
class BadDir:
    def __dir__(self): return 5
class MixDir:
    def __dir__(self): return [1, "a"]


print(dir(Dir()), [n for n in dir(t) if not n.startswith("__")], [n for n in dir(T) if not n.startswith("__")], "__init__" in dir(5))
for c in (BadDir, MixDir):
    try:
        dir(c())
    except TypeError as e:
        print(e)


def local_dir(p, q=1):
    r = 2
    return dir()


print(local_dir(1))
T.__getattr__ = lambda self, name: "added later " + name
print(t.zzz)
del T.__getattr__
print(hasattr(t, "zzz"))
T.__getattribute__ = lambda self, name: "all " + name
print(t.zzz, t.x)
del T.__getattribute__
print(hasattr(t, "zzz"))
