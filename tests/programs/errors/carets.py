# Carets: operators, subscripts, calls, attributes, multi-line expressions, wide characters. Each caught and printed by a hook.
import sys
programs = [
    "x = 1 + 2 * (3 / 0)", "y = a.b.c.d", "f(1, 2)(3)[4]", "d['k']['l']['m']", "x = (1 +\n     None + 3)", "é = 'ünï' + 5", "日本 = {}['語']", "l[0][1][2]", "-'a'", "a @ b", "1 < 'a' < 2", "not a.b", "[i / 0 for i in (1,)]", "lambda: 0 + q", "x = 5; y = x / 0; z = 1", "if 1 / 0: pass", "while undefined: pass", "for i in 5: pass", "with 5: pass", "assert 1 == 2, 'message'", "del d['none']", "a.x = 1", "d[[]] = 1", "l[9] = 1", "import nothing_there", "raise ValueError('v') from None", "print(undefined_name)", "'%d' % 'x'", "f'{undefined!r:>{10}}'", "a, b = 1", "f(*5)", "f(**5)", "(yield_ := undefined)", "x = [\n  1,\n  2 / 0,\n]", "f(\n  1,\n  g(2),\n)", "l [ 5 ]", "l[ 1 : 'a' ]", "  \nx = 1\n1/0", "\tl[7]" if 0 else "l[7]", "d  .  nothing", "f  ( )", "(((1/0)))", "1 if 2/0 else 3", "{**5}", "[*5]", "x: int = 1/0", "class C: x = 1/0", "class C(1/0): pass", "@undefined\ndef f(): pass", "def f(x=1/0): pass", "return_ = l.pop(99)", "try:\n  1/0\nfinally:\n  pass", "match 1/0:\n case _: pass", "a.b.c = 5", "x = l[0].real + d.get('q').real", "int('5') + int('x') + int('6')", "print(1, 2, l[8], 3)", "l[0]()", "f()()", "1 .__add__('a') + 1", "a<b", "a  <  b", "x = a if a > b else b", "a += 'x'", "d['n'] += 1", "a[0] **= 2", "l[0] / (l[1] - 2)", "sum(x / 0 for x in l)",
]


class A: pass


for p in programs:
    try:
        exec(compile(p, "<program>", "exec"), {"a": 1, "b": A(), "d": {"k": {"l": {}}}, "l": [1, 2, 3], "f": lambda *a, **k: g, "g": 5})
    except BaseException as e:
        print("---", repr(p), type(e).__name__)
        tb = e.__traceback__.tb_next
        while tb:
            pos = list(tb.tb_frame.f_code.co_positions())[tb.tb_lasti // 2]
            print("   ", tb.tb_frame.f_code.co_name, pos)
            tb = tb.tb_next


def last(x): return x["a"]["b"] + [i.missing for i in x if i]


last({"a": 5, "c": 1})
