# Argument checking of builtin callables: counts, names, kinds, across functions, methods and types; and their signatures' texts.
import sys
callables = {
    "len": len, "abs": abs, "repr": repr, "chr": chr, "ord": ord, "hash": hash, "iter": iter, "next": next, "isinstance": isinstance, "getattr": getattr, "setattr": setattr, "divmod": divmod, "pow": pow, "round": round, "sum": sum, "min": min, "sorted": sorted, "any": any, "callable": callable, "id": id, "format": format, "vars": vars, "dir": dir, "print": lambda *a, **k: print(*a, **k) if a == ("x",) else print(*a[:0], **k) if k else None, "bin": bin,
    "list.append": [].append, "list.insert": [].insert, "list.pop": [1].pop, "list.index": [].index, "list.sort": [].sort, "list.extend": [].extend, "dict.get": {}.get, "dict.pop": {}.pop, "dict.setdefault": {}.setdefault, "dict.update": {}.update, "dict.fromkeys": dict.fromkeys, "str.split": "".split, "str.join": "".join, "str.replace": "".replace, "str.find": "".find, "str.center": "".center, "str.encode": "".encode, "str.strip": "".strip, "str.startswith": "".startswith, "str.splitlines": "".splitlines, "str.expandtabs": "".expandtabs, "str.upper": "".upper, "str.format_map": "".format_map, "str.zfill": "".zfill, "str.partition": "".partition,
    "set.add": set().add, "set.pop": {1}.pop, "bytes.hex": b"".hex, "bytes.decode": b"".decode, "bytes.fromhex": bytes.fromhex, "int.to_bytes": (1).to_bytes, "int.bit_length": (1).bit_length, "float.hex": (1.0).hex, "float.fromhex": float.fromhex, "tuple.index": (1,).index, "range.index": range(3).index, "object.__init__": object().__init__, "object.__repr__": object.__repr__, "int.__add__": (1).__add__, "list.__getitem__": [1].__getitem__, "str.__contains__": "".__contains__, "dict.__setitem__": {}.__setitem__, "type.mro": int.mro, "gen.send": (i for i in "a").send, "gen.throw": (i for i in "a").throw,
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict, "set": set, "frozenset": frozenset, "bytes": bytes, "complex": complex, "range": range, "slice": slice, "enumerate": enumerate, "zip": zip, "map": map, "filter": filter, "reversed": reversed, "type": type, "object": object, "property": property, "super": super, "bytearray": bytearray, "memoryview": memoryview, "BaseException": BaseException, "staticmethod": staticmethod, "classmethod": classmethod,
}
calls = [((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((1, 2, 3, 4, 5), {}), ((), {"nope": 1}), (("x",), {"nope": 1}), (("x", "y"), {}), (([],), {}), ((None,), {}), (("x",), {"key": None}), ((), {"self": 1})]
for name, f in callables.items():
    if name == "print": continue
    for args, kw in calls:
        try: r = f(*args, **kw)
        except BaseException as e: r = f"{type(e).__name__}: {e}"
        else:
            r = "value " + (repr(r) if isinstance(r, (int, str, list, tuple, dict, bytes, float, type(None), set)) and " at 0x" not in repr(r) and name not in ("id", "hash", "dir", "vars", "getattr") else type(r).__name__)
        print(name, args, kw or "", "|", r)
for name in ("len", "str.split", "list.sort", "dict.pop", "int.to_bytes", "sorted", "print", "sum", "list.append", "type.mro", "float.fromhex", "round"):
    f = __builtins__.print if name == "print" else callables[name]
    print(name, f.__text_signature__, f.__name__, f.__qualname__, f.__module__)
print(int.__text_signature__, object.__text_signature__, str.join.__text_signature__, object.__init__.__text_signature__, list.__init__.__text_signature__, list.__len__.__text_signature__)
print(len.__doc__.split("\n")[0] == (len.__doc__ or "").split("\n")[0], type(len.__doc__).__name__)
