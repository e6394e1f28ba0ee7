# Highlighting several languages.
# Needs: pygments
import pygments, pygments.lexers as L, pygments.formatters as F, inspect, argparse
src = inspect.getsource(argparse)[:20000]
for n in ('python', 'c', 'html', 'json', 'rust', 'bash'):
    o = pygments.highlight(src if n == 'python' else 'int main(){return 0;} /* x */ "a" <b>', L.get_lexer_by_name(n), F.HtmlFormatter())
    print(n, len(o), hash(o) and o[:100])
print(pygments.highlight('def f(x): return x+1', L.PythonLexer(), F.TerminalFormatter()))
