# Regular expressions: every construct of the compiler's code, on text of all widths and on bytes.
import re

def show(m):
    return m and (m.span(), m.regs, m.lastindex, m.lastgroup, m.groups())

texts = ["", "a", "abcabcab", "aAbB\n_1 9", "é ß Straße ſK\u212a", "\u4e2d\u6587 abc", "\U0001f600x\U0001f600", "foo.bar-baz", "((a)(b))", "x" * 9]
patterns = [
    r"", r"a", r"abc", r".", r"(?s).", r"[a-c]+", r"[^a-c]+", r"\w+", r"\W+", r"\d|\s", r"[\w\s]+?$", r"^\w", r"(?m)^.", r"(?m).$", r"\bab?", r"\B.", r"\A.|.\Z",
    r"(a)(b)?", r"(a|b|c)*", r"(?:a|ab|abc)+c?", r"(ab|a)(bc)?", r"(a*)*", r"(a*?)+?b", r"(?:(a)|(b)|(c))*", r"(?P<first>.)(?P<rest>.*)", r"(.)\1", r"(?i)(.)\1",
    r"(a)?(?(1)b|c)", r"(?=a)..", r"(?!a)..", r"(?<=a)b", r"(?<!a)b", r"(?<=(.))b", r"(?>a+)b", r"a++b", r"(?:ab)*+a", r"(?:a|ab){1,2}+", r"a{2}|b{1,2}?c|[abc]{2,3}+",
    r"(?i)STRASSE|k|ß", r"(?i)[k-s]+", r"(?i)é", r"(?ai)k", r"[\u4e00-\u4eff]", r"[\U0001f600-\U0001f64f]", r"[^\x00-\xff]", r"x*?y|x*", r"(x+x+)+y", r"(?x) a  b # note", r"(?i:a)b", r"(?s-i:.)b",
]
for pattern in patterns:
    r = re.compile(pattern)
    print(r, r.groups, dict(r.groupindex), r.flags)
    for text in texts:
        print("  ", ascii([show(r.match(text)), show(r.search(text)), show(r.fullmatch(text)), [m.span() for m in r.finditer(text)]]))
        print("  ", ascii([r.findall(text), r.split(text, 3), r.subn("<\\g<0>>", text), r.sub("-", text, 2), show(r.search(text, 1, 4))]))

for pattern, flags in [(rb"\w+", 0), (rb"(?i)[a-z]+", 0), (rb"\xe9|\xc9", re.I), (rb"\w\b.", re.L), (rb"(.)\1", re.L | re.I), (rb"[^a]b", re.S)]:
    r = re.compile(pattern, flags)
    for data in [b"", b"abAB\xe9\xc9 \n", bytearray(b"aabb"), memoryview(b"xyz zz")]:
        print(r, r.findall(data), [m.group() for m in r.finditer(data)], r.split(data), r.sub(b"<>", data))
