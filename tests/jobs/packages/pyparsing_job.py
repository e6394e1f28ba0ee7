# A grammar with precedence and recursion.
# Needs: pyparsing
import pyparsing as pp
pp.ParserElement.enable_packrat()
e = pp.infix_notation(pp.common.number, [(pp.one_of('* /'), 2, pp.OpAssoc.LEFT), (pp.one_of('+ -'), 2, pp.OpAssoc.LEFT)])
print(e.parse_string('1+2*(3-4)/5+6*7').as_list())
d = pp.Forward()
d << pp.Suppress('{') + pp.Group(pp.ZeroOrMore(pp.Word(pp.alphas)('k') | d)) + pp.Suppress('}')
print(d.parse_string('{a b {c {d}} e}').dump())
try:
    e.parse_string('1+*', parse_all=True)
except pp.ParseException as x:
    print(x, x.loc, x.explain(depth=0))
