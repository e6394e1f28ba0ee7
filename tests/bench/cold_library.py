"""Much code that runs few times, and no hot loop: modules of the library, each used a little. Argument: rounds."""
import argparse, ast, base64, bisect, calendar, collections, configparser, contextlib, copy, csv, dataclasses, datetime, difflib, enum
import fnmatch, fractions, functools, graphlib, html, html.parser, inspect, io, ipaddress, json, keyword, locale, optparse, pathlib, pprint
import random, re, shlex, statistics, string, sys, textwrap, tokenize, types, typing, urllib.parse, uuid


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = dataclasses.field(default_factory=list)


class Colour(enum.Enum):
    RED, GREEN, BLUE = 1, 2, 3


class Titles(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []
    def handle_starttag(self, tag, attrs): self.seen.append((tag, dict(attrs)))
    def handle_data(self, data): self.seen.append(data.strip())


def options(n):
    parser = argparse.ArgumentParser(prog="cold")
    parser.add_argument("--level", type=int, default=1)
    parser.add_argument("names", nargs="*")
    return vars(parser.parse_args(["--level", str(n), "a", "b"]))


def configured(n):
    c = configparser.ConfigParser()
    c.read_string(f"[one]\nkey = {n}\nother = %(key)s!\n[two]\nflag = yes\n")
    return c["one"]["other"], c.getboolean("two", "flag")


def tabled(n):
    out = io.StringIO()
    csv.writer(out).writerows([["a", n], ["b,c", '"']])
    return list(csv.reader(io.StringIO(out.getvalue())))


def parsed(n):
    tree = ast.parse(f"def f(a, *b, c={n}): return [x for x in a if x > c]\n")
    return ast.unparse(tree), sum(1 for _ in ast.walk(tree))


def textual(n):
    text = textwrap.fill("the quick brown fox jumps over the lazy dog " * 2, 20 + n % 5)
    return text.count("\n"), textwrap.dedent("   a\n   b"), string.Template("$x $y").substitute(x=n, y="z"), shlex.split("a 'b c' d")


def dated(n):
    d = datetime.date(2020, 1, 1) + datetime.timedelta(days=n)
    return d.isoformat(), d.strftime("%A"), calendar.monthrange(d.year, d.month), datetime.datetime.fromisoformat("2020-02-03T04:05:06")


def addressed(n):
    u = urllib.parse.urlsplit(f"http://user@host:80/path;p?q={n}&r=1#f")
    return u.port, urllib.parse.parse_qs(u.query), ipaddress.ip_network("10.0.0.0/29").num_addresses, uuid.UUID(int=n).hex, pathlib.PurePath("a/b/../c.txt").suffix


def ordered(n):
    g = graphlib.TopologicalSorter({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}})
    return list(g.static_order())[0], sorted([Point(2), Point(1, n)])[0], bisect.bisect([1, 3, 5], n % 6), Colour(n % 3 + 1).name


def told(n):
    t = Titles()
    t.feed(f'<p class="x">hello <b>{n}</b></p>')
    return t.seen, html.escape("<&>"), json.dumps({"a": [n, None, 1.5]}, indent=1), json.loads('{"b": [1, 2, {"c": null}]}')


def compared(n):
    return difflib.SequenceMatcher(None, "private thread", "private volatile").ratio(), difflib.get_close_matches("appel", ["ape", "apple", "peach"])


def counted(n):
    return statistics.mean([1, 2, 3, n]), fractions.Fraction(n, 7) + 1, collections.Counter("hello").most_common(1), random.Random(n).random() < 1


def seen(n):
    out = io.StringIO()
    pprint.pprint({"a": list(range(5)), "b": {"c": "x" * 30, "d": "y" * 30}}, stream=out, width=40)
    return str(inspect.signature(options)), fnmatch.filter(["a.py", "b.txt"], "*.py"), re.sub(r"(\w)(\d+)", r"\2\1", f"a{n} b2"), len(out.getvalue()), keyword.iskeyword("if")


def main(rounds):
    total = 0
    for n in range(rounds):
        for function in (options, configured, tabled, parsed, textual, dated, addressed, ordered, told, compared, counted, seen):
            total += len(repr(function(n)))
    return total


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 12))
