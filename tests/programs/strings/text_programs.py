# Small text programs: word counts, wrapping, ciphers, roman numerals, edit distance, palindromes, templates, tables.
text = """It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness; it was the epoch of belief..."""
words = {}
for w in text.lower().replace("...", "").split():
    w = w.strip(",.;")
    words[w] = words.get(w, 0) + 1
for w, n in sorted(words.items(), key=lambda p: (-p[1], p[0]))[:8]: print(f"{w:<8}{n:>3} {'#' * n}")


def wrap(t, width):
    lines, cur = [], []
    for w in t.split():
        if cur and sum(map(len, cur)) + len(cur) + len(w) > width: lines.append(" ".join(cur)); cur = []
        cur.append(w)
    return lines + [" ".join(cur)]


def justify(line, width):
    ws = line.split()
    if len(ws) == 1: return line
    gaps, extra = divmod(width - sum(map(len, ws)), len(ws) - 1)
    return "".join(w + " " * (gaps + (i < extra)) for i, w in enumerate(ws[:-1])) + ws[-1]


for line in wrap(text, 30): print("|" + justify(line, 30) + "|")


def caesar(s, k): return "".join(chr((ord(c) - (b := 65 if c.isupper() else 97) + k) % 26 + b) if c.isalpha() and c.isascii() else c for c in s)
def rot13(s): return s.translate(str.maketrans("".join(map(chr, [*range(65, 91), *range(97, 123)])), "".join(chr((c - b + 13) % 26 + b) for b in (65, 97) for c in range(b, b + 26))))
def vigenere(s, key, d=1): return "".join(chr((ord(c) - 97 + d * (ord(key[i % len(key)]) - 97)) % 26 + 97) for i, c in enumerate(s))
print(caesar("Hello, World!", 3), caesar(caesar("Hello, World!", 3), -3), rot13("Hello"), rot13(rot13("Hello")), vigenere("attackatdawn", "lemon"), vigenere(vigenere("attackatdawn", "lemon"), "lemon", -1))
def roman(n):
    out = ""
    for v, s in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        while n >= v: out += s; n -= v
    return out
print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2023, 3999)])
def distance(a, b):
    prev = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        cur = [i]
        for j, y in enumerate(b, 1): cur.append(min(prev[j] + 1, cur[-1] + 1, prev[j - 1] + (x != y)))
        prev = cur
    return prev[-1]
print(distance("kitten", "sitting"), distance("", "abc"), distance("flaw", "lawn"), distance("naïve", "naive"))
def palindromes(s): return sorted({s[i:j] for i in range(len(s)) for j in range(i + 2, len(s) + 1) if s[i:j] == s[i:j][::-1]}, key=lambda p: (-len(p), p))
print(palindromes("abracadabraarba")[:5], [w for w in ("level", "python", "noon") if w == "".join(reversed(w))])
def rle(s):
    out, i = "", 0
    while i < len(s):
        j = i
        while j < len(s) and s[j] == s[i]: j += 1
        out += (str(j - i) if j - i > 1 else "") + s[i]; i = j
    return out
def unrle(s):
    out, n = "", ""
    for c in s:
        if c.isdigit(): n += c
        else: out += c * int(n or 1); n = ""
    return out
print(rle("aaabbbccd"), unrle(rle("wwwwaaadexxxxxx")), rle(""))
def lcs(a, b):
    t = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b): t[i + 1][j + 1] = t[i][j] + x if x == y else max(t[i + 1][j], t[i][j + 1], key=len)
    return t[-1][-1]
print(lcs("AGGTAB", "GXTXAYB"), lcs("programming", "gaming"))
def template(t, **v):
    out, i = [], 0
    while (j := t.find("{{", i)) >= 0:
        k = t.index("}}", j)
        name, *filters = t[j + 2:k].strip().split("|")
        val = v.get(name.strip(), "")
        for f in filters: val = getattr(str(val), f.strip())()
        out += [t[i:j], str(val)]; i = k + 2
    return "".join(out) + t[i:]
print(template("Dear {{ name | title }}, you owe {{amount}} {{ cur|upper }}{{ nothing }}.", name="ann lee", amount=5, cur="eur"))
rows = [["Name", "Qty", "Price"], ["apple", "3", "1.50"], ["watermelon", "12", "10.25"], ["fig", "100", "0.05"]]
widths = [max(len(r[i]) for r in rows) for i in range(3)]
for n, r in enumerate(rows):
    print(" | ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths))))
    if n == 0: print("-+-".join("-" * w for w in widths))
anagrams = {}
for w in "listen silent enlist google elgoog abc cab bca x".split(): anagrams.setdefault("".join(sorted(w)), []).append(w)
print([g for g in anagrams.values() if len(g) > 1], "".join(sorted(set("mississippi"))), "mississippi".count("ss"), "-".join(map(str, map(ord, "abc"))), " ".join(w[::-1] for w in "the quick brown".split()), "".join(c.upper() if i % 2 else c for i, c in enumerate("alternate")))
def soundex(w):
    codes = {**dict.fromkeys("bfpv", "1"), **dict.fromkeys("cgjkqsxz", "2"), **dict.fromkeys("dt", "3"), "l": "4", **dict.fromkeys("mn", "5"), "r": "6"}
    out, last = w[0].upper(), codes.get(w[0].lower())
    for c in w[1:].lower():
        code = codes.get(c)
        if code and code != last: out += code
        if c not in "hw": last = code
    return (out + "000")[:4]
print([soundex(w) for w in ("Robert", "Rupert", "Ashcraft", "Tymczak", "Pfister")])
def numbers(n):
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    if n < 20: return ones[n]
    if n < 100: return tens[n // 10 - 2] + ("-" + ones[n % 10] if n % 10 else "")
    for size, name in ((10 ** 9, "billion"), (10 ** 6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size: return numbers(n // size) + f" {name}" + (" " + numbers(n % size) if n % size else "")
print(numbers(0), numbers(42), numbers(1234567), numbers(9000000019), sep="; ")
