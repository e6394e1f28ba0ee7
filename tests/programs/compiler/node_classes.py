# The classes of _ast: fields, attributes, docs, constructors, copies.
import _ast


def show(f):
    try:
        print("  ", f())
    except BaseException as e:
        print("  ", type(e).__name__, str(e).split(" at 0x")[0])


print(list(_ast.__dict__)[5:])
for name in dir(_ast):
    cls = getattr(_ast, name)
    if isinstance(cls, type) and issubclass(cls, _ast.AST):
        own = {k: v for k, v in cls.__dict__.items() if k in ("_fields", "_attributes", "__match_args__") or v is None}
        print(name, cls.__mro__[1].__name__, repr(cls.__doc__), cls.__module__, sorted(own.items()))
print(_ast.AST.__basicsize__, _ast.AST.__dictoffset__, _ast.expr.__basicsize__, _ast.Load.__basicsize__)

N = _ast.Name
for f in (
    lambda: N("a", _ast.Load(), 3, 4),
    lambda: N("a", id="b"),
    lambda: N(foo=1, id=2).__dict__,
    lambda: _ast.AST(1),
    lambda: _ast.AST(a=1).__dict__,
    lambda: _ast.Pass(1),
    lambda: _ast.Constant(1).kind,
    lambda: N().id,
    lambda: N().end_lineno,
    lambda: N().lineno,
    lambda: N("x").__reduce__(),
    lambda: _ast.Load().__reduce__(),
    lambda: _ast.Pass(lineno=3).__reduce__(),
    lambda: N(*"ab", lineno=1, whatever=2).__dict__,
    lambda: _ast.Load() is _ast.Load(),
    lambda: N.__name__ + N.__qualname__ + repr(N),
):
    show(f)

node = N("x")
node.__dict__ = {"id": "y"}
show(lambda: node.id)
node.extra = 5
show(lambda: node.__dict__)
del node.id
show(lambda: node.id)


class Mine(_ast.Name):
    _fields = ("a", "b", "c")


class Bad(_ast.Name):
    _fields = 5


class Own(_ast.AST):
    def __init__(self, x):
        self.x = x


show(lambda: Mine(1, 2, 3).c)
show(lambda: Mine(1, 2, 3, 4))
show(lambda: Bad(1))
show(lambda: Own(7).x)
match _ast.BinOp(1, 2, 3):
    case _ast.BinOp(l, o, r):
        print(l, o, r)
