# Schema, execution, errors.
# Needs: graphql
import asyncio
from graphql import build_schema, graphql_sync, parse, print_ast, GraphQLError
s = build_schema('type Query { hello(n: Int = 2): [String!] u: U } type U { name: String!, self: U } ')

class R:

    def hello(self, info, n):
        return ['x'] * n

    class u:
        name = 'bob'

        @staticmethod
        def self(info):
            return R.u
print(graphql_sync(s, '{ hello(n: 3) u { name self { name self { name } } } }', R()))
print(graphql_sync(s, '{ zz }', R()), graphql_sync(s, 'query Q($a:Int!){hello(n:$a)}', R(), variable_values={'a': 'x'}))
print(print_ast(parse('query { a(x:1,y:[1,2]) @include(if:true) {b c} }')))
try:
    parse('{ a ')
except GraphQLError as e:
    print(e)
