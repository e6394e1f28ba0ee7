# Encoding, decoding, lines, case and digits of text of every width, at the borders of eight bytes.
import sys
samples = ["", "a", "é", "€", "😀", "abcdefgh", "abcdefgé", "abcdefghé", "éabcdefghijklmnop", "a" * 7 + "€" + "b" * 9, "x" * 15 + "😀" + "y" * 17,
           "ÿĀ", "\x7f\x80", "\u07ff\u0800", "\uffff\U00010000", "\U0010ffff", "ünïcödé " * 5, "日本語テキスト" * 3, "mixed é € 😀 " * 4]
for s in samples:
    for codec in ("utf-8", "utf8", "UTF_8"):
        b = s.encode(codec)
        assert b.decode(codec) == s and str(b, codec) == s
    print(len(s), len(b), sys.getsizeof(b.decode()) == sys.getsizeof(s), hash(b.decode()) == hash(s), b[:12])
    for i in range(len(b)):
        try:
            b[:i].decode()
        except UnicodeDecodeError as e:
            print(e.start, e.end, e.reason, end=" ")
    print()
for s in ("\ud800", "ab\udcff", "€" * 9 + "\udc80", "😀\ud83d"):
    try:
        s.encode()
    except UnicodeEncodeError as e:
        print(e.start, e.end, e.reason)
    print(s.encode("utf-8", "surrogatepass"), s.encode("utf-8", "replace"), s.encode("utf-8", "backslashreplace"))
    try:
        print(s.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError as e:
        print(e)
print(b"\xc3\xa9".decode() is chr(233), str(b"\xc2\xb6", "utf-8") is chr(182), b"\xe9".decode("latin-1") is chr(233))
ends = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\x1f", "\x7f", "\x84"]
for wide in ("", "é", "€", "😀"):
    text = "".join(f"l{i}{wide}{e}" for i, e in enumerate(ends))
    print(text.splitlines(), text.splitlines(True) == [l for l in text.splitlines(True)], len(text.splitlines(True)))
    print((text + "\r").splitlines()[-1:], ("\n\n" + wide).splitlines(), (wide + "\r").splitlines(True))
print(b"a\r\nb\nc\rd\x0be\x0cf\x1cg\x85h".splitlines(), bytearray(b"x\n\ny").splitlines(True))
for s in ("ABC é ÀÉ ß ŉ ǰ ΐ ﬃ İ ı Σ ΑΣ ΑΣ. Σ.", "Straße ẞ", "ǅ ǆ Ǆ", "ᾳ ᾼ", "aBc😀DeF"):
    print(s.lower(), s.upper(), s.casefold(), s.title(), s.capitalize(), s.swapcase())
data = bytes(range(0, 256, 7))
print(data.hex(), data.hex(":"), data.hex("-", 3), data.hex("-", -3), data.hex(" ", 0), bytearray(data).hex("_", 100), memoryview(data).hex(), b"".hex("x"))
import binascii
print(binascii.hexlify(data), binascii.hexlify(data, b":", 4), binascii.b2a_hex(b"abc", "-"), binascii.hexlify(b"abcde", ":", -2))
