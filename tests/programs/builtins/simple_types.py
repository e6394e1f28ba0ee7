# property, mappingproxy, SimpleNamespace, GenericAlias, union, cell, slice, NoneType ... as objects in their own right.
import sys
mp = type(int.__dict__)
ns = type(sys.implementation)
p = mp({"a": 1, "b": [2]})
print(p, p["a"], len(p), list(p), "a" in p, p.get("z"), p.keys(), p.items(), p.values(), p == {"a": 1, "b": [2]}, p | {"c": 3}, {"z": 0} | p, p.copy(), reversed(p).__next__(), type(p).__name__, repr(p), str(p), type(p | p).__name__)
for bad in ("p['x'] = 1", "del p['a']", "p.x = 1", "mp()", "mp(5)", "mp([1])", "p['zz']", "p[[]]", "hash(p)", "p.update({})", "p.clear()", "p |= {}", "p < p", "mp('ab')", "mp((1, 2))", "mp({}, 1)", "p.get()", "p.get([])", "mp(mp({1: 2}))", "p + p", "setattr(p, 'a', 1)"):
    try: exec(f"print({bad!r}, {bad})" if "= " not in bad and "del" not in bad else bad)
    except Exception as e: print(bad, "->", type(e).__name__, e)
    p = mp({"a": 1, "b": [2]})
class Map:
    def __getitem__(self, k): return k * 2
    def __len__(self): return 5
    def keys(self): return "custom keys"
m = mp(Map())
print(m["x"], len(m), m.keys())
s = ns(a=1, b="x")
s.c = [s]
print(s, s.a, s == ns(a=1), ns() == ns(), ns(x=1) == ns(x=1), s.__dict__ is vars(s), repr(ns()), type(s).__name__, ns(**{"not an id": 1}))
del s.a
for bad in ("s.a", "del s.zz", "ns(1)", "ns({}, 2)", "s < s", "hash(s)", "s['c']", "len(s)", "ns(a=1) != ns(a=2)", "ns(a=1) < ns(a=2)", "ns(x=1) == 5"):
    try: exec(f"print({bad!r}, {bad})" if "del" not in bad else bad)
    except Exception as e: print(bad, "->", type(e).__name__, e)
class NS(ns):
    def total(self): return sum(self.__dict__.values())
print(NS(a=1, b=2), NS(a=1, b=2).total())
G = type(list[int])
print(list[int], dict[str, int], tuple[int, ...], type[int], set[frozenset[int]], G(list, (int, str)), G(int, str), list["fwd"], list[list], tuple[()], list[None], list[...], list[int] == list[int], list[int] != list[str], list[int] | None, hash(list[int]) == hash(list[int]), list[int].__origin__, list[int].__args__, list[int].__parameters__, list[int].append.__name__, list[int]("ab"), list[int].__class__, isinstance(list[int], type), dict[str, int].fromkeys("a"), [*list[int]], list[int].__mro_entries__(()), type(list[int]).__name__, list[int].__unpacked__, (*tuple[int, str],)[0], list[int].__doc__ == list.__doc__, list[1], list[int][()] if 0 else "")
for bad in ("list[int][str]", "list[int].nothing", "list[int].x = 1", "isinstance(1, list[int])", "issubclass(int, list[int])", "int[str]", "class B(int[str]): pass", "list[int]()[0]", "G()", "G(list)", "len(list[int])", "list[int] + 1", "list[int] < list[str]", "del list[int].x", "list[int].__origin__ = 1", "iter(list[int]).__next__()", "float[int]", "str[1]", "list[int] | 5"):
    try: exec(f"print({bad!r}, {bad})" if not bad.startswith(("class", "del")) and " = " not in bad else bad)
    except Exception as e: print(bad, "->", type(e).__name__, e)
U = type(int | str)
u = int | str | None
print(u, u.__args__, u == None | str | int, int | int, (int | str) | (str | float), int | list[int], repr(int | None), hash(int | str) == hash(str | int), isinstance(5, u), isinstance(None, u), issubclass(str, u), u.__parameters__, type(u), int | str == str | int, isinstance([], int | list), u.__class__.__name__, bool | int, (int | str) != (int | float))
class Meta(type):
    def __or__(cls, o): return "meta or"
class WithMeta(metaclass=Meta): pass
class Plain: pass
print(WithMeta | int, int | Plain, Plain | None, None | Plain)
for bad in ("int | 5", "5 | int", "None | None", "int | 'str'", "u()", "u < u", "isinstance(1, int | list[int])", "issubclass(1, u)", "U()", "u[int]", "u.x", "int | (str,)", "isinstance(5, int | 'x')", "[] | int"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
class O: pass
o1, o2 = object(), object()
print(o1 == o1, o1 == o2, o1 != o2, bool(o1), repr(o1)[:18], str(O())[:18], O() == O(), [o1].index(o1), object.__doc__ is not None, object().__class__, object.__bases__, type.__bases__, type.__base__, object.__base__, isinstance(object, type), isinstance(type, object), type(type), issubclass(type, object), object.__subclasshook__(5), object().__reduce_ex__ is not None, object().__dir__() != [], object().__sizeof__() > 0, object().__format__(""), object().__init_subclass__()) if 0 else print(o1 == o1, o1 == o2, o1 != o2, bool(o1), repr(o1)[:18], O() == O(), [o1].index(o1), object.__bases__, type.__bases__, type.__base__, object.__base__, isinstance(object, type), isinstance(type, object), type(type), issubclass(type, object), object.__subclasshook__(5), object().__dir__() != [], object().__init_subclass__())
for bad in ("object(1)", "object(x=1)", "object.__init__()", "object().x = 1", "object() < object()", "object()()", "object()[0]", "object() + 1", "object.__new__(5)", "object.__format__(object(), 'x')", "object.__eq__()", "object.__hash__()", "object.__setattr__(object(), 'x', 1)", "object.__reduce__()", "object.__dir__()", "object.__class__ = 1", "object.x = 1", "object().__class__ = O", "object.__subclasshook__()", "object().__init_subclass__(x=1)"):
    try: exec(f"print({bad!r}, {bad})" if " = " not in bad else bad)
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split(" at 0x")[0])
print([t.__name__ for t in (type(len), type([].append), type(list.append), type(int.__add__), type((5).__add__), type(int.real), type(type.__dict__["__module__"]), type(O.__dict__["__dict__"]), type(dict.fromkeys), type(dict.__dict__["fromkeys"]), type((lambda: 0).__code__), type(sys), type(sys._getframe()), type(O.__init__), type(iter([])), type(iter(())), type(iter("")), type(iter("é")), type(iter(b"")), type(iter({})), type(iter({}.values())), type(iter({}.items())), type(iter(set())), type(iter(range(0))), type(iter(range(2 ** 70))), type(iter(int, 1)), type(reversed([])), type(reversed({})), type({}.keys()), type(memoryview(b"")), type(i for i in ()), type(NotImplemented), type(...), type(slice(1)), type(int | str), type(list[int]), type(super(O)), type(property()), type(classmethod(1)), type(staticmethod(1)), type(mp({})), type(ns()), type((lambda x: lambda: x)(1).__closure__[0]))])
for t in (type(len), type((lambda: 0).__code__), type(sys._getframe()), type(i for i in ()), type(iter([])), type({}.keys()), type(...), type(NotImplemented), type(None), type(O.__dict__["__dict__"]), type(iter(range(0))), type(int | str), type(list.append)):
    try: print(t.__name__, t())
    except TypeError as e: print(e)
