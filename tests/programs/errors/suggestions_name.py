# "Did you mean" for names: locals, globals, builtins, attributes of self, in imports and keyword arguments.
import sys


class Thing:
    colour = "red"
    _private = 1
    def paint(self): return self.color
    def use(self):
        amount = 3
        return amuont
    def forgot_self(self): return colour


def show(f):
    try: f()
    except Exception as e: sys.excepthook(type(e), e, None)


def locals_first():
    counter = 1
    countr_x = 2
    return coutner


value_one = 5
for f in (Thing().paint, Thing().use, Thing().forgot_self, locals_first, lambda: valu_one, lambda: pritn, lambda: len_, lambda: Thing().paintt, lambda: Thing().privat, lambda: [].appendd, lambda: "".uper, lambda: (1).reel, lambda: {}.item, lambda: sys.exitt, lambda: sys.maxsiz, lambda: None.foo, lambda: Thing.colr, lambda: x, lambda: abcdefghijklmnop, lambda: Thing().colourcolourcolour, lambda: type.mr, lambda: Thing().COLOUR, lambda: list_, lambda: __builtin__, lambda: Exeption, lambda: TrueFalse, lambda: exec("from sys import maxsyze"), lambda: exec("import syss"), lambda: getattr(Thing(), "colur"), lambda: Thing().paint.__nam__, lambda: object().__clas__, lambda: print(end_=1), lambda: sorted([], kye=1)):
    show(f)
del value_one
valeu_one = 1
print(value_one)
