# Unicode: three widths of storage, slicing and joining across them, surrogates, names, escapes, comparison, identifiers.
a, l, u, e = "ascii", "latin é ÿ", "ucs2 € Ж 日本", "ucs4 😀 𝔘 \U0010ffff"
for s in (a, l, u, e, ""):
    print(repr(s), ascii(s), len(s), s[::-1], s[2:6], s.upper(), s.encode("utf-8"), max(s, default=""), [hex(ord(c)) for c in s[-3:]], s + a, a + s, (s * 2)[3:9], s in s + l, s.find("é"), s.split(), sorted(s)[-2:], s == s[:], s < u, s.center(16, "€"), s.replace("s", "😀").replace("😀", "s") == s)
print((u + "x")[-1] == "x", (e[:4]).encode(), ("é" + "x")[1], "€x"[1:].isascii(), "".join([a, l, u, e])[5:14], "😀"[0] == "\U0001F600", len("😀"), len("e\u0301"), "é" == "e\u0301", "\N{GREEK SMALL LETTER OMEGA}\N{LATIN SMALL LETTER E WITH ACUTE}")
print([chr(i) for i in (0, 9, 65, 127, 128, 255, 256, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF)], [ord(c) for c in "aé€😀"])
sur = "\ud83d\ude00"
print(repr(sur), len(sur), sur == "😀", repr("\ud800"), ascii("\udfff"), "\ud800" < "\ue000", "a\ud800b".find("b"), "\ud800".isprintable())
for codec in ("utf-8", "utf-16-le", "utf-32-be", "ascii", "latin-1", "utf-16", "UTF8", "utf_8", "iso-8859-1", "us-ascii"):
    for s in ("a", "é", "€", "😀", "\ud800"):
        try: r = s.encode(codec)
        except UnicodeEncodeError as x: r = f"{x.reason} {x.start}-{x.end}"
        else: r = (r, r.decode(codec) == s)
        print(codec, ascii(s), r)
for data in (b"abc", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xff", b"\xc3", b"a\xe2\x82", b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\x80a", b"\xe2(\xa1", b"\xf0\x9f", b"a\xc3\x28b", b"\xf4\x90\x80\x80", b"\xe0\x80\x80"):
    for errors in ("strict", "replace", "ignore", "backslashreplace", "surrogateescape"):
        try: r = ascii(data.decode("utf-8", errors))
        except UnicodeDecodeError as x: r = f"{x} | {x.start} {x.end} {x.reason}"
        print(data, errors, r)
for data, codec in ((b"\x80", "ascii"), (b"a\x00b\x00", "utf-16-le"), (b"\x00a", "utf-16-be"), (b"\xff\xfea\x00", "utf-16"), (b"\xfe\xff\x00a", "utf-16"), (b"a", "utf-16-le"), (b"\x00\xd8", "utf-16-le"), (b"\x00\xd8\x00\xdc", "utf-16-le"), (b"a\0\0\0", "utf-32-le"), (b"\0\0\x11\0", "utf-32-le"), (b"\xe9", "latin-1"), (b"\\n\\u20ac\\x41", "unicode_escape"), (b"\\q\\u12", "unicode_escape"), (b"+AGE-", "utf-7"), (b"a", "no-such-codec"), (b"\\u20ac\\n", "raw_unicode_escape")):
    try: print(data, codec, ascii(data.decode(codec)))
    except Exception as x: print(data, codec, type(x).__name__, x)
print("straße".upper(), "ǅ".lower(), "ŒUVRE".lower(), "ÀÉ".swapcase(), "éa".title(), "Ω".lower(), "ς".upper(), "ẞ".lower(), "K".lower(), "ıİ".upper(), "Ⅷ".lower(), "𐐀".lower(), "ა".upper(), "ᲀ".upper(), "ﬃ".casefold(), "ͅ".casefold())
print(sorted(["é", "z", "a", "Z", "ä", "€", "😀", "\uffff", ""]), "a" < "é" < "€" < "😀", "\uffff" < "\U00010000", "é".__lt__("z"))
été, Ж, µ, 名前, ﬁ = 1, 2, 3, 4, 5
print(été, Ж, μ, 名前, fi, [n for n in globals() if not n.isascii()])
class Ünï:
    ñ = "attr"
    def mëthod(self, ärg): return ärg * 2
print(Ünï.ñ, Ünï().mëthod(ärg="x"), Ünï.__name__, getattr(Ünï, "ñ"), {"clé": 1}["clé"], (lambda **k: k)(ø=1))
try: undefined_é
except NameError as x: print(x)
try: Ünï.ô
except AttributeError as x: print(x)
for bad in ("a b", "aé€", "\n"):
    try: compile(bad + " = = 1", "s", "exec")
    except (SyntaxError, ValueError) as x: print(type(x).__name__)
print("%s %r %a %c" % ("é", "é", "é", 233), "{:é>5}{!a}".format("x", "€"), f"{'😀':>3}|{'€':^5}|{'é'!r}", "\u200bx".strip() == "x", "\xa0x\u3000".strip(), "x\x85y\u2029z".split(), "１２３".isdigit(), int("１２３"), float("１.５"), "५" .isdecimal(), int("५"))
print("aé" * 3, ("é" * 200)[:3], "".join(chr(0x4e00 + i) for i in range(5)), "é€😀".encode("utf-16-le"), list("é€😀"), set("éé"), {"€": "é"}, ("😀",), "é".isalpha(), "😀".isalpha(), "\u0301".isalpha(), "€".isprintable(), "ªº".isalpha(), "²".isalnum())
import sys
print(sys.maxunicode, sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.stdout.encoding, "é".encode().hex(), bytes.fromhex("c3a9").decode(), ascii("é\n\t'\"\\"), repr("é\n\t'\"\\\x7f\x80\xff\u0100\u2028"))
sys.stdout.write("written é€😀\n")
try: print("lone \ud800")
except UnicodeEncodeError as x: print(x)
