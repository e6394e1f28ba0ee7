# _json, _csv, unicodedata, pyexpat, _elementtree, _multibytecodec: text in and out.
import json, csv, unicodedata, pyexpat
import xml.etree.ElementTree as ET


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


value = {"a": [1, 2.5, None, True, "ü\n\"\ud83d\ude00"], "b": {"c": {}}, "": [], "big": 10**30, "nan": float("nan")}
text = json.dumps(value)
print(text, json.dumps(value, indent=1, sort_keys=True), json.dumps("ü", ensure_ascii=False), json.loads(text)["a"])
show(json.loads, '{"a": 1,}')
show(json.loads, '[1, 2')
show(json.loads, '"\\u12"')
show(json.loads, "nul")
show(json.dumps, {1: object()})
show(json.dumps, {(1,): 1})
print(json.dumps({(1,): 1, "b": 2, 1: 3, None: 4, True: 5}, skipkeys=True), json.loads("[1e5, -0, 1.0]", parse_float=str))
loop = []
loop.append(loop)
show(json.dumps, loop)
print(list(csv.reader(["a,b,'c d'", '1,"2,""3""",', "", "x"])), list(csv.reader(["1;2"], delimiter=";", quoting=csv.QUOTE_NONNUMERIC)))


class Out:
    def __init__(self):
        self.lines = []

    def write(self, line):
        self.lines.append(line)
        return len(line)


out = Out()
writer = csv.writer(out)
writer.writerow([1, "two,three", None, 'quo"te', 2.5])
writer.writerows([["a"], [""], "xy"])
print(out.lines, writer.dialect.delimiter, csv.list_dialects(), csv.field_size_limit())
show(csv.reader, 5)
show(csv.writer, out, delimiter="ab")
show(csv.writer(out).writerow, 5)
show(list, csv.reader(['"unfinished'], strict=True))
show(list, csv.reader(["a\0b"]))
for c in "aÄ€1½Ⅷ\u0301\U0001f600":
    print(unicodedata.name(c, "?"), unicodedata.category(c), unicodedata.numeric(c, None), unicodedata.digit(c, -1), unicodedata.bidirectional(c), unicodedata.combining(c), unicodedata.decomposition(c))
print(unicodedata.normalize("NFD", "Äffin") == "A\u0308ffin", unicodedata.normalize("NFKC", "ﬁ½"), unicodedata.lookup("SNOWMAN"), unicodedata.unidata_version, unicodedata.is_normalized("NFC", "é"))
show(unicodedata.lookup, "NO SUCH")
show(unicodedata.name, "\0")
show(unicodedata.name, "ab")
p = pyexpat.ParserCreate()
events = []
p.StartElementHandler = lambda name, attributes: events.append(("start", name, attributes))
p.EndElementHandler = lambda name: events.append(("end", name))
p.CharacterDataHandler = lambda data: events.append(("data", data))
print(p.Parse("<a x='1' y='ü'>te&amp;xt<b/></a>", True), events, p.CurrentLineNumber)
show(pyexpat.ParserCreate().Parse, "<a><b></a>", True)
root = ET.fromstring("<r a='1'><c>text</c>tail<c k='v'/></r>")
print(root.tag, root.attrib, [(c.tag, c.text, c.tail, c.attrib) for c in root], root.find("c").text, len(root.findall("c[@k]")), ET.tostring(root))
e = ET.Element("new", {"z": "1"}, y="2")
ET.SubElement(e, "child").text = "<&>"
e.extend([ET.Comment("note")])
print(ET.tostring(e, "unicode"), len(e), e[0].tag, e.get("z"), e.keys(), list(e.iter("child"))[0].text)
del e[0]
e.set("q", "r")
print(ET.tostring(e), bool(list(e)), e.items())
show(ET.fromstring, "<r>")
show(lambda: e[5])
show(ET.Element)
print("日本語".encode("shift_jis"), "日本語".encode("euc_jp").decode("euc_jp"), "中文".encode("gb18030"), "中".encode("big5"), "한".encode("cp949"))
show("ü".encode, "shift_jis")
print("ü日".encode("shift_jis", "replace"), b"\xff\xfe".decode("euc_jp", "ignore"))
