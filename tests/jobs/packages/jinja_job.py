# Templates: inheritance, loops, macros, filters, errors.
# Needs: jinja2
from jinja2 import Environment, DictLoader, StrictUndefined
env = Environment(loader=DictLoader({'base': '<{% block a %}x{% endblock %}>', 'c': '{% extends "base" %}{% block a %}{% for i in items|sort(reverse=true) if i%2 %}{{loop.index}}:{{i}},{% else %}none{% endfor %}{{ super() }}{% endblock %}', 'm': '{% macro f(a,b=2) %}{{a+b}}{% endmacro %}{{f(1)}}{{f(2,b=5)}}{{"<b>"|e}}{{ [1,2,3]|join("-") }}{{ {"a":1}|tojson }}'}), undefined=StrictUndefined)
print(env.get_template('c').render(items=range(10)))
print(env.get_template('m').render())
try:
    env.from_string('{{ foo.bar }}').render()
except Exception as e:
    print(type(e).__name__, e)
try:
    env.from_string('{% if %}')
except Exception as e:
    print(type(e).__name__, e, e.lineno)
