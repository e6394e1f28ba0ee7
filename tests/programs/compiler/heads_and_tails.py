# Blanks after a single statement, where a __future__ import comes too late, annotations as text with u'...'.
from __future__ import annotations

for source in ("1 + 2\t\t\n        ", "1\n\n  ", "1\n  # c", "if 1:\n  2\n    ", "1\n \n", "1 \n\t", "1\n  2", "1\n2\n", "", "\n", "  ", "#x\n  "):
    try:
        print(ascii(source), compile(source, "", "single").co_names)
    except SyntaxError as e:
        print(ascii(source), type(e).__name__, e, e.offset)
for source in (
    "from __future__ import annotations; import string; from __future__ import \\\n  nested_scopes\n",
    "from __future__ import annotations\nimport a\nfrom __future__ import division",
    "x=1; from __future__ import division",
    "from __future__ import division, spam",
    "from __future__ import division; from __future__ import \\\n spam",
    "def f():\n   from __future__ import division",
):
    try:
        compile(source, "", "exec")
    except SyntaxError as e:
        print(e, e.lineno, e.offset, e.end_lineno, e.end_offset)


def f(a: u"x", b: ["y", u"z"], c: "q" u"r", d: u"a" "b", e: f"{u'x'}"):
    pass


print(f.__annotations__)
