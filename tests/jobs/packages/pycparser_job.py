# C to a tree and back.
# Needs: pycparser
from pycparser import c_parser, c_generator, c_ast
src = 'typedef struct n {int v; struct n *next;} N; static int f(const N *p, int (*g)(int)) { int i, s=0; for (i=0;p;p=p->next,i++) { if (p->v % 2) s += g(p->v) << 2; else continue; } switch(s){case 1: return 0; default: break;} return s ? -1 : ~s; }'
t = c_parser.CParser().parse(src)
print(c_generator.CGenerator().visit(t))
t.show(attrnames=True, nodenames=True)
try:
    c_parser.CParser().parse('int f( {')
except Exception as e:
    print(type(e).__name__, e)
