# f-strings with bytes that are not UTF-8: in the text, in expressions, in format specs, in the order in which they are read
SOURCES = [
    b"x = f'\xff'\n", b"x = f'{a}\xff'\n", b"f'\xff{a}'\n", b"f'{\xff}'\n", b"f'{a!r:\xff}'\n", b"f'{\"\xff\"}'\n", b"f'{a:{\xff}}'\n",
    b"x = rf'\xff'\n", b"x = rf'a\xff'\n", b"f'''\n\xff'''\n", b"'a' f'\xff'\n", b"f'{a}' '\xff'\n", b"f'{a + \xff}'\n", b"f'{a\xff}'\n", b"f'{x!\xff}'\n",
    b"f'{x=\xff}'\n", b"f'\xc3\xa9 \xff'\n", b"f'\xc3\xa9\xff'\n", b"f'\\n\xff'\n", b"f'\\N{\xff}'\n", b"f'{{\xff}}'\n", b"f'{a}}\xff'\n",
    b"f'{\xff'\n", b"f'{lambda: \xff}'\n", b"f'{#\xff}'\n", b"f'{a b \xff}'\n", b"f'{a} {b \xff}'\n", b"x = 1\ny = f'{a}\n\xff'\n",
    b"f'{\"\xff\"!r}' + 1\n", b"f'{f\"\xff\"}'\n", b"f'{f\"{\xff}\"}'\n", b"f'{a:\xff{b}}'\n", b"f'\xff'  # \xfe\n", b"f'a'  # \xfe\n",
    b"'\xff'\n", b"'a\xc3'\n", b"r'\xc3\xa9 \xe2\x82'\n", b"'\\t\xc3\xa9 \xe2\x82'\n", b"b'\xff'\n", b"x\xff = 1\n", b"\xff\n",
    b"# coding: utf-8\nf'{\xff}'\n", b"# coding: utf-8\nf'\xff'\n", b"# coding: latin-1\nx = f'\xff{\xe9}'\n", b"\xef\xbb\xbff'{1}\xff'\n",
]
for source in SOURCES:
    try:
        compile(source, "f", "exec")
        print(source, "compiles")
    except SyntaxError as e:
        print(source, type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, ascii(e.text))
    except UnicodeDecodeError as e:
        print(source, type(e).__name__, e)
