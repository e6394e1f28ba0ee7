# Attribute get, set and delete: the order of look-ups along type, instance and metatype, with descriptors, slots and hooks logged.
log = []


def desc(name, *kinds, error=None):
    def act(kind):
        def f(self, *args):
            log.append(f"{kind} {name} ({', '.join(a.__name__ if isinstance(a, type) else type(a).__name__ for a in args)})")
            if error: raise error(f"from {kind}")
            return f"<{name}>"
        return f
    return type("D_" + name, (), {f"__{k}__": act(k) for k in kinds})()


class Meta(type):
    m_data = desc("m_data", "get", "set", "delete")
    m_non = desc("m_non", "get")
    shared = desc("meta shared", "get")
    both = desc("meta both", "get", "set")
    def __getattribute__(cls, n):
        if not n.startswith("__"): log.append(f"meta getattribute {n}")
        return super().__getattribute__(n)
    def __getattr__(cls, n): log.append(f"meta getattr {n}"); return f"meta made {n}"
    def __setattr__(cls, n, v): log.append(f"meta setattr {n}"); super().__setattr__(n, v)
    def __delattr__(cls, n): log.append(f"meta delattr {n}"); super().__delattr__(n)


class Base(metaclass=Meta):
    data = desc("data", "get", "set", "delete")
    non = desc("non", "get")
    set_only = desc("set_only", "set")
    del_only = desc("del_only", "delete")
    get_err = desc("get_err", "get", error=AttributeError)
    get_val = desc("get_val", "get", error=ValueError)
    shared = desc("class shared", "get")
    both = "plain class attribute"
    plain = "plain"
    def __getattribute__(self, n):
        if not n.startswith("__"): log.append(f"getattribute {n}")
        return super().__getattribute__(n)
    def __getattr__(self, n): log.append(f"getattr {n}"); raise AttributeError(f"nothing called {n}")
    def __setattr__(self, n, v): log.append(f"setattr {n}"); super().__setattr__(n, v)
    def __delattr__(self, n): log.append(f"delattr {n}"); super().__delattr__(n)


class Kid(Base):
    __slots__ = ("slot",)
    plain = desc("kid plain", "get")


o = Kid()
o.__dict__.update({n: f"instance {n}" for n in ("data", "non", "set_only", "del_only", "get_err", "plain", "own")})
log.clear()
names = ("data", "non", "set_only", "del_only", "get_err", "get_val", "shared", "both", "plain", "own", "slot", "missing", "m_data", "m_non")
for target in ("o", "Kid"):
    for name in names:
        for action in (f"{target}.{name}", f"{target}.{name} = 1", f"del {target}.{name}", f"hasattr({target}, {name!r})", f"getattr({target}, {name!r}, 'default')"):
            log.clear()
            try:
                if "=" in action or action.startswith("del"): exec(action); r = "done"
                else: r = eval(action)
            except Exception as e: r = f"{type(e).__name__}: {e}"
            if not isinstance(r, (str, bool, int)): r = type(r).__name__
            print(f"{action} -> {r} | {'; '.join(log)}")


class Special:
    """Implicit special look-ups skip the instance and __getattribute__."""
    def __getattribute__(self, n): log.append(f"asked {n}"); return super().__getattribute__(n)
    def __len__(self): return 5
    def __add__(self, o): return "add"
    def __call__(self): return "call"
    def __enter__(self): return "enter"
    def __exit__(self, *a): return None
    def __iter__(self): return iter("ab")
    def __getitem__(self, k): return k
    def __eq__(self, o): return True
    def __hash__(self): return 3
    def __bool__(self): return False
    def __repr__(self): return "repr"
    def __contains__(self, x): return True
    def __neg__(self): return "neg"


s = Special()
log.clear()
print(len(s), s + 1, s(), [*s], s[1], s == 2, hash(s), bool(s), repr(s), 5 in s, -s, log)
with s as e: print(e, log)
print(s.__len__(), s.__class__.__name__, isinstance(s, int), log)
log.clear()
print(isinstance(s, Special), log)


class Loud:
    x = 1
    def m(self): return "method"
    def __init__(self): log.append("init")


def patched(self, n): log.append(f"patched {n}"); return object.__getattribute__(self, n)


l = Loud()
log.clear()
print(l.x, l.m(), log)
Loud.__getattribute__ = patched
print(l.x, l.m(), log)
del Loud.__getattribute__
log.clear()
print(l.x, l.m(), log)
Loud.x = property(lambda self: log.append("property") or 9)
print(l.x, log)
Loud.x = 2
l.x = 3
print(l.x)
Loud.x = desc("late data", "get", "set")
print(l.x, log)
del Loud.x
print(l.x)
