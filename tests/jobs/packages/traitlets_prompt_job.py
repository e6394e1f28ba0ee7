# Observed attributes; an editor of lines fed through a pipe.
# Needs: traitlets prompt_toolkit
import traitlets as t

class A(t.HasTraits):
    i = t.Int(3).tag(c=True)
    s = t.Unicode()
    l = t.List(t.Int())

    @t.observe('i')
    def o(self, ch):
        print(ch['name'], ch['old'], ch['new'])

    @t.validate('s')
    def v(self, p):
        return p['value'].upper()

    @t.default('l')
    def d(self):
        return [1]
a = A()
a.i = 4
a.s = 'x'
print(a.s, a.l, a.trait_names(), A.class_trait_names(c=True))
for k, v in (('i', 'z'), ('l', ['q'])):
    try:
        setattr(a, k, v)
    except t.TraitError as e:
        print(str(e).split('0x')[0])
from prompt_toolkit.formatted_text import HTML, to_formatted_text
from prompt_toolkit.document import Document
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit import PromptSession
print(to_formatted_text(HTML('<b>x</b><i>y</i>')), Document('hello world', 5).get_word_before_cursor())
with create_pipe_input() as i:
    i.send_text('abc\x02\x02X\n')
    print(PromptSession(input=i, output=DummyOutput()).prompt('> '))
