# A syntax tree that keeps everything, and a rewriting of it.
# Needs: libcst
import libcst as cst, inspect, textwrap

class R(cst.CSTTransformer):

    def leave_Name(self, o, n):
        return n.with_changes(value=n.value.upper()) if n.value in ('a', 'b') else n
src = inspect.getsource(textwrap)
m = cst.parse_module(src)
print(m.code == src, len(m.body))
print(cst.parse_module('a = b + 1 # c\nfor a in b:\n  pass\n').visit(R()).code)
