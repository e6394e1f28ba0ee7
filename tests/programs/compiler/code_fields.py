# code.replace and the code type: what does not fit together is refused in CPython's words
def f(a, b=1, *c, d, **e):
    x = a

    def g():
        return x

    return g


code = f.__code__
inner = [c for c in code.co_consts if hasattr(c, "co_code")][0]
CodeType = type(code)


def attempt(label, make):
    try:
        made = make()
    except Exception as e:
        print(label, type(e).__name__, e)
    else:
        print(label, "is made", type(made).__name__)


class S(str):
    pass


FIELDS = [n for n in dir(code) if n.startswith("co_") and n not in ("co_lines", "co_positions", "co_lnotab")]
VALUES = [-1, -2, 0, 1, 5, 100, 2**31, 2**70, 1.5, None, "x", S("x"), b"", b"a", b"ab", (), ("a",), ("a", "b", "c", "d", "e", "x"), (1,), (S("a"),), ("a", "a"), [], True]
for c in (code, inner):
    for field in FIELDS:
        for value in VALUES:
            attempt(f"{c.co_name} {field} {value!r}", lambda: c.replace(**{field: value}))
    attempt("positional", lambda: c.replace(1))
    attempt("unknown", lambda: c.replace(foo=1))
    attempt("fewer", lambda: c.replace(co_cellvars=("x", "y"), co_varnames=("a", "b", "d", "c", "e")))
    attempt("more", lambda: c.replace(co_nlocals=6, co_varnames=("a", "b", "d", "c", "e", "z")))
    attempt("arguments", lambda: c.replace(co_argcount=3, co_kwonlyargcount=1))
    attempt("both", lambda: c.replace(co_freevars=("x",), co_cellvars=("x",)))
arguments = [0, 0, 0, 0, 0, 0, b"", (), (), (), "f", "n", "q", 1, b"", b"", (), ()]
for i in range(len(arguments)):
    for value in VALUES:
        attempt(f"code {i} {value!r}", lambda: CodeType(*arguments[:i], value, *arguments[i + 1:]))
attempt("few", lambda: CodeType(1))
attempt("many", lambda: CodeType(*arguments, 1))
attempt("keyword", lambda: CodeType(*arguments, x=1))
empty = code.replace(co_code=b"")
print(empty.co_code, list(empty.co_lines())[:1], empty == code, hash(empty) == hash(empty))
