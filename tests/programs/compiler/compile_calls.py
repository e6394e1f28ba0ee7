# Arguments of compile(), eval(), exec(); flags and their inheritance; code.replace.
import _ast
import __future__


def t(f):
    try:
        print("  ", f())
    except BaseException as e:
        print("  ", type(e).__name__, str(e).split(" at 0x")[0])


class Path:
    def __init__(self, p):
        self.p = p

    def __fspath__(self):
        return self.p


for f in (
    lambda: compile("a", "", "evalx", 0x400),
    lambda: compile("a", "", "evalx"),
    lambda: compile("a", "", "func_type"),
    lambda: compile("a", "", "exec", 0x8000000),
    lambda: compile("a", "", "exec", 0, 0, 3),
    lambda: compile("a", "", "exec", 0, 0, -2),
    lambda: compile(3, "", "exec"),
    lambda: compile("a", 3, "exec"),
    lambda: compile("a", "", 3),
    lambda: compile("a\0", "", "exec"),
    lambda: compile(),
    lambda: compile("a", "", "exec", 0, 0, 0, 3),
    lambda: compile("a", "", "exec", bad=1),
    lambda: compile("a", Path("x.py"), "exec").co_filename,
    lambda: compile("a", b"x.py", "exec").co_filename,
    lambda: compile("a", Path(3), "exec"),
    lambda: compile(bytearray(b"1+1"), "", "eval").co_consts,
    lambda: compile(memoryview(b"1+1"), "", "eval").co_consts,
    lambda: compile("assert a, b\n'''d'''", "", "exec", optimize=1).co_names,
    lambda: compile("'''d'''\nassert a, b", "", "exec", optimize=2).co_consts,
    lambda: compile("if __debug__: a", "", "exec", optimize=1).co_names,
    lambda: compile("await x", "", "eval"),
    lambda: hex(compile("await x", "", "eval", 0x2000).co_flags),
    lambda: hex(compile("async for x in y: pass", "", "exec", 0x2000).co_flags),
    lambda: hex(compile("x", "", "eval", 0x2000).co_flags),
    lambda: compile("x", "", "eval", 0x400).body.id,
    lambda: type(compile("x", "", "eval", 0x400)).__name__,
    lambda: eval(compile(compile("1 + 2", "", "eval", 0x400), "", "eval")),
    lambda: compile(_ast.Expression(_ast.Constant(5, lineno=1, col_offset=0)), "f", "exec"),
    lambda: eval(compile(_ast.Expression(_ast.Constant(5, lineno=1, col_offset=0)), "f", "eval")),
    lambda: compile("x", name := "some file", "exec").co_filename is name,
    lambda: eval("1", 3),
    lambda: eval("1", {}, 3),
    lambda: eval(3),
    lambda: eval("a", {"a": 1}, {"a": 2}),
    lambda: eval(" \t1+1"),
    lambda: exec("1", 3),
    lambda: exec("1", {}, 3),
    lambda: exec(3),
    lambda: exec("1", closure=()),
    lambda: exec(compile("1", "", "exec"), closure=()),
):
    t(f)


def inheriting():
    ns = {}
    exec("from __future__ import annotations\ndef f(a: b + c): pass\nexec('def g(x: y + z): pass')\nh = compile('q: r', '', 'exec')\n"
         "i = compile('q: r', '', 'exec', dont_inherit=True)\nprint(g.__annotations__, hex(h.co_flags), hex(i.co_flags))", ns)
    return ns["f"].__annotations__, hex(compile("1", "", "exec", __future__.annotations.compiler_flag).co_flags)


print(inheriting())


def outer():
    a, b = 1, 2

    def inner():
        print("inner", a, b)
        return a

    return inner


inner = outer()
cells = inner.__closure__
exec(inner.__code__, closure=cells)
for bad in (None, (), cells[:1], (1, 2), list(cells), cells * 2):
    t(lambda: exec(inner.__code__, closure=bad))
t(lambda: eval(inner.__code__))

code = outer.__code__
for kw in (
    {"co_argcount": 5}, {"co_argcount": -2}, {"co_nlocals": 9}, {"co_flags": "x"}, {"co_code": 3}, {"co_code": b"a"}, {"co_consts": []}, {"co_names": ("a", 1)},
    {"co_varnames": (1,)}, {"co_name": 3}, {"co_filename": b"x"}, {"co_linetable": "x"}, {"co_stacksize": -5}, {"nothing": 1}, {"co_cellvars": "ab"},
    {"co_freevars": ("z",)}, {"co_firstlineno": "1"}, {"co_qualname": None},
):
    print(kw)
    t(lambda: type(code.replace(**kw)).__name__)
new = code.replace(co_name="other", co_filename="elsewhere", co_firstlineno=77, co_qualname="q.other", co_consts=code.co_consts + (5,))
print(new.co_name, new.co_filename, new.co_firstlineno, new.co_qualname, len(new.co_consts) - len(code.co_consts), new == code, code.replace() == code)
print(hex(code.replace(co_flags=code.co_flags | 0x1000).co_flags), inner.__code__.replace(co_freevars=("x", "y")).co_freevars)
