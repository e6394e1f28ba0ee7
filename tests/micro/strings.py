import measure
measure.run(r"""
text = "The quick brown fox jumps over the lazy dog " * 20; words = text.split(); wide = "naïve café ☕ " * 50; raw = text.encode(); name = "x"; number = 12345; real = 3.14159
table = str.maketrans("abc", "xyz"); utf = wide.encode()
""", r"""
split: text.split()
split_on: text.split("o")
join: " ".join(words)
replace: text.replace("fox", "wolf")
find: text.find("zebra")
count: text.count("o")
upper: text.upper()
strip: "   padded   ".strip()
startswith: text.startswith("The")
fstring: f"{name}={number:>8} {real:.2f} {number!r}"
percent: "%s=%d %.2f" % (name, number, real)
format: "{}={:>8} {:.2f}".format(name, number, real)
concat: name + "=" + name
slice: text[10:20]
index: text[37]
iterate: [c for c in words[2]]
encode: wide.encode()
decode: utf.decode()
translate: text.translate(table)
isdigit: "123456".isdigit()
compare: text == text[:-1] + "!"
contains: "lazy" in text
int_of: int("12345")
str_of: str(12345)
float_of: float("3.14159")
repr_float: repr(3.14159)
ord_chr: chr(ord("a") + 1)
splitlines: text.splitlines()
zfill: "42".zfill(8)
bytes_find: raw.find(b"zebra")
bytes_hex: raw.hex()
casefold: wide.casefold()
""")
