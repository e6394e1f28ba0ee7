# Literals of many digits are limited as int() is, by what sys.set_int_max_str_digits says at the time
import sys


def show(source):
    try:
        exec(source, {})
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text and len(e.text))
    else:
        print("runs")


for limit in (4300, 0, 640, 5000):
    sys.set_int_max_str_digits(limit)
    print(limit)
    for source in (
        "x = " + "1" * 4300, "x = " + "1" * 4301, "x = " + "1_1" * 2200, "\nx = " + "9" * 5001, "x = " + "1" * 640, "x = " + "1" * 641, "x = 0x" + "1" * 7000,
        "x = 0" + "0" * 6000, "x = f'{" + "1" * 700 + "}'", "if 1:\n  x = f'''a\n{" + "1" * 700 + "}'''",
        "match 1:\n  case " + "1" * 700 + ": pass", "match 1:\n  case -" + "1" * 700 + "+1j: pass", "x = " + "1" * 700 + ".5", "x = " + "1" * 700 + "j",
        "x = [" + "1" * 700 + " y", "x = " + "1" * 5001 + "; y = 'abc", "x = " + "1" * 5001 + "\n)",
    ):
        show(source)
