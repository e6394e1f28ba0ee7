# Pattern and Match objects: attributes, errors, copies, comparison, callbacks, scanners.
import copy
import re

p = re.compile(r"(?P<a>x)(y)?(?P<z>z)?", re.I | re.M)
m = p.search("__XY__", 1, 5)
print(p, p.pattern, p.flags, p.groups, p.groupindex, m, m.re is p, m.string, m.pos, m.endpos, m.lastindex, m.lastgroup, m.regs)
print(m.group(), m.group(0, 1, "a", 2, "z"), m["a"], m[2], m.groups(), m.groups("-"), m.groupdict(), m.groupdict(1), m.start("a"), m.end(2), m.span("z"), m.expand(r"\2\1<\g<a>>"))
for key in (3, -1, "b", 10**30, 1.5, None, (1,)):
    try:
        print(m.group(key))
    except Exception as e:
        print(type(e).__name__, e)
for call in (lambda: p.match(1), lambda: p.match(b"x"), lambda: re.compile(b"x").search("x"), lambda: p.sub(1, "x"), lambda: p.sub(lambda m: 1, "x"), lambda: re.compile("(").groups,
             lambda: m.expand(r"\9"), lambda: p.match(), lambda: p.match("x", pos="1"), lambda: p.match("x", nope=1), lambda: p.sub("x"), lambda: type(p)(), lambda: type(m)(),
             lambda: re.compile("[").flags, lambda: re.compile("a**"), lambda: re.compile("(?<=a*)b"), lambda: p < p, lambda: m.start(1, 2)):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)
print(copy.copy(p) is p, copy.deepcopy(p) is p, copy.copy(m) is m, copy.deepcopy(m) is m, p == re.compile(p.pattern, re.I | re.M), p != re.compile("x"), p == 1, hash(p) == hash(re.compile(p.pattern, p.flags)), bool(m))
print(type(p)[str], type(m)[bytes], type(p).__module__, type(m).__qualname__, re.compile("x" * 300), re.search("x+", "x" * 300), re.compile(b"\xff", re.S | re.X | re.A), re.compile("a", re.L) if 0 else "")
print(re.sub("a|(b)", lambda m: m.group(1) or None, "abcab"), re.sub("", "-", "abc"), re.sub("b*", "-", "abbc"), re.subn(b"x", b"yy", bytearray(b"axbx")), re.sub(r"(\w)(\w)", r"\2\1", "abcde"), re.sub("x", r"\n\\", "axb"))
print(re.split("(,)|;", "a,b;c"), re.split("b*", "abbc"), re.split(r"\b", "ab cd"), re.split("x", ""), [m.span() for m in re.finditer("b*", "abbc")], re.findall("(a)|(b)", "abc"), re.findall("a*", "baac"))
s = re.compile("a|b").scanner("abcab")
print([s.match(), s.match(), s.match(), s.match()], s.pattern)
s = re.compile("b*").scanner("abb")
print([s.search() for _ in range(5)])
print(re.escape("a.b*c\n"), re.purge(), re.fullmatch("a|ab", "ab"), re.fullmatch("a|ab", "abc"), re.match("", "").span())

# A callback that searches with the same pattern, and one that fails.
w = re.compile(r"\w+")
print(w.sub(lambda m: w.sub("_", m.group()) + str(len(w.findall(m.string))), "a bb ccc"))
try:
    w.sub(lambda m: 1 // (len(m.group()) - 2), "a bb")
except ZeroDivisionError as e:
    print(e)
# The memory of a buffer stays in place while it is iterated over.
data = bytearray(b"abc abc")
it = w.pattern and re.finditer(rb"\w+", data)
next(it)
try:
    data.extend(b"x")
except BufferError as e:
    print(e)
del it
data.extend(b"x")
# No pattern overflows the native stack.
print(len(re.match("(?:a|b)*", "ab" * 50000).group()), re.match("(?:(a)|b)*c", "ab" * 50000), len(re.match("(?:ab)*?$", "ab" * 20000).group()), re.match("(" * 90 + "a" + ")*" * 90, "aaa").span())
import _sre
print(sorted(n for n in dir(_sre) if n not in ("__loader__", "__spec__")), _sre.MAGIC, _sre.CODESIZE, _sre.MAXREPEAT, _sre.MAXGROUPS, _sre.getcodesize())
for code in ([], [1], [99], [16], [23, 5, 0, 1, 16, 97, 18, 1], [17, 8, 1], [13, 3, 16, 97, 1], [2**40], ["x"]):
    try:
        print(_sre.compile("x", 0, code, 1, {}, ()))
    except Exception as e:
        print(type(e).__name__, e)
total = 0
for c in range(0x110000):
    total = (total * 31 + _sre.unicode_tolower(c) * 2 + _sre.unicode_iscased(c)) % (1 << 61) if c % 7 == 0 or c < 3000 else total
print(total, [_sre.ascii_tolower(c) for c in (65, 97, 0xc0)], [_sre.ascii_iscased(c) for c in (65, 0xc0)])
