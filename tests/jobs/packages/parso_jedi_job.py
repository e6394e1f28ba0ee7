# Parsing with recovery, completion.
# Needs: parso jedi
import parso, jedi, inspect, textwrap
src = inspect.getsource(textwrap)
m = parso.parse(src)
print(m.get_code() == src, [f.name.value for f in m.iter_funcdefs()], [e.message for e in parso.load_grammar().iter_errors(parso.parse('def f(:\n  x=\n'))])
s = jedi.Script('import json\njson.lo\nclass A:\n  def foo(self): return 1\nA().fo')
print([c.name for c in s.complete(2, 7)], [c.name for c in s.complete(5, 6)], [d.description for d in jedi.Script('x=[1]\nx').infer(2, 1)])
