import measure
measure.run(r"""
import re
text = "The quick brown fox jumps over the lazy dog, 12 times in 2021-03-04 at x@example.org. " * 20
word = re.compile(r"\w+"); date = re.compile(r"(\d{4})-(\d\d)-(\d\d)"); mail = re.compile(r"[\w.]+@[\w.]+\.\w+")
alternatives = re.compile(r"fox|dog|cat|bird"); lazy = re.compile(r"q.*?k"); names = re.compile(r"(?P<a>\w)(?P<b>\w*)")
token = re.compile(r"\s*(?:(\d+)|(\w+)|(.))"); line = re.compile(r"^(\S+)\s+(\S+)"); ignore = re.compile(r"LAZY", re.I)
""", r"""
findall: word.findall(text)
search_late: re.search("zzz", text)
dates: date.findall(text)
mail: mail.search(text)
alternatives: alternatives.findall(text)
lazy: lazy.findall(text)
finditer: [m.group() for m in word.finditer(text)]
sub_text: word.sub("x", text)
sub_call: names.sub(lambda m: m["b"], text)
split: re.split(r"[ ,.]+", text)
match_groups: line.match(text).groups()
fullmatch: date.fullmatch("2021-03-04")
ignore_case: ignore.search(text)
scanner: [m.lastindex for m in token.finditer(text)]
""")
