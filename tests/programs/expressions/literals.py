# Literals of every kind and spelling.
print(0, 00, 0_0, 1_000_000, 0x_ff, 0XFF, 0o17, 0O_1_7, 0b101, 0B1_0, 123456789012345678901234567890)
print(1., .5, 1e3, 1E-3, 1_0.0_1, 0e0, 1e400, -1e400, 1.e5, .1e1, 0.1, 5e-324, 1.7976931348623157e308)
print(1j, 1.5J, 0j, 1e2j, 3 + 4j, -0j, 1_0j, 00j, -(1j), 1 - 0j)
print('a', "b", 'it''s', "a" 'b' "c", '''tri'ple''', """d"o""", 'q"q', "q'q", "")
print(repr("\a\b\f\n\r\t\v\\\'\"\0\1\12\123\x41\u00e9\U0001F600\N{GREEK SMALL LETTER ALPHA}\N{BULLET}"))
print(r"\n\x\'" R'\d', repr(r'\''), u"uni", U'x', repr("a\
b"), len(r"\
"))
print(b"bytes", B'\x00\xff\n', br"\x", Rb'\d', rB"", b'a' b"b", b"""t
q""", b"\'\"")
print(f"{1}", F'{2!r}', rf"\{3}", fR'{4}\n', f"{{}}", f"{'a'}" "b{}" f"{'c'}")
print(True, False, None, ..., Ellipsis, __debug__, NotImplemented)
print((), (1,), (1, 2), [], [1, ], {}, {1: 2, }, {1}, {1, 2, }, ((),), [[]], ((1)), (1, (2, (3,))))
print({1: "a", "b": [2], (3,): {4: 5}, None: ..., 1.5: 1j, b"c": {6}, True: "replaced"})
print(type(1), type(1.), type(1j), type(''), type(b''), type(...), type(None), type(True), type(()), type([]), type({}), type({1}))
print('\u20ac', "\N{SNOWMAN}", 'é', "日本語", '\U0010ffff' == chr(0x10ffff), "ß", len("é"), len("e\u0301"))
print(ascii('\u20ac é \U0001F600 \x7f \x80'), repr('\x7f\x80\xad\u200b\ud800\ue000'), repr("'"), repr('"'), repr('\'"'))
print(repr(b"'"), repr(b'"'), repr(b'\'"'), repr(bytes(range(20))), repr(b'\x7f\x80'))
print(0.1 + 0.2, 1e16, 1e15, 123456789.123, 1e22, 1e21, 1.0, 100.0, 1e-4, 1e-5, 0.00001234, -0.0, 1e100)
print(9007199254740993.0, 4.35, 2.675, 1 / 3, 1e23, 5e-324, 2.2250738585072014e-308, 179769313486231570000.0)
print(-1, - 1, --1, +-+1, ~-1, -1 ** 2, -1.5, -1j, not True)
print(0o7777777777777777777777, 0xFFFFFFFFFFFFFFFFFFFF, 0b1 << 70, -0x8000000000000000)
for bad in ("0777", "1__0", "1_", "0x", "0b2", "0o8", "1e", "1.2.3", "0xg", "'abc", '"""abc', "b'é'", r"'\x4'", r"'\u123'", r"'\N{no such name}'",
            r"'\N'", r"'\U00110000'", r"b'\xz'", "f'{'", "f'}'", "f'{}'", "f'{a b}'", "f'{!r}'", "f'{a!x}'", "u'a' b'b'", "$", "?", "a ! b"):
    try:
        compile(bad, "<t>", "eval")
        print(bad, "ok")
    except SyntaxError as e:
        print(bad, "->", type(e).__name__, e.lineno)
