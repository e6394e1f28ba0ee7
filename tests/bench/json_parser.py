"""A JSON parser and writer, characters at a time. Argument: how many records the document has."""
import sys


class ParseError(ValueError):
    def __init__(self, message, position):
        super().__init__(f"{message} at {position}")
        self.position = position


class Parser:
    escapes = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
    words = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}

    def __init__(self, text): self.text, self.i = text, 0

    def parse(self):
        value = self.value()
        self.space()
        if self.i != len(self.text): raise ParseError("extra data", self.i)
        return value

    def space(self):
        text, i, n = self.text, self.i, len(self.text)
        while i < n and text[i] in " \t\r\n": i += 1
        self.i = i

    def peek(self):
        self.space()
        if self.i >= len(self.text): raise ParseError("unexpected end", self.i)
        return self.text[self.i]

    def expect(self, char):
        if self.peek() != char: raise ParseError(f"expected {char!r}", self.i)
        self.i += 1

    def value(self):
        c = self.peek()
        if c == "{": return self.object()
        if c == "[": return self.array()
        if c == '"': return self.string()
        if c in "-0123456789": return self.number()
        if c in self.words:
            word, value = self.words[c]
            if self.text.startswith(word, self.i):
                self.i += len(word)
                return value
        raise ParseError(f"unexpected {c!r}", self.i)

    def object(self):
        out = {}
        self.expect("{")
        if self.peek() == "}":
            self.i += 1
            return out
        while True:
            if self.peek() != '"': raise ParseError("expected a key", self.i)
            key = self.string()
            self.expect(":")
            out[key] = self.value()
            c = self.peek()
            self.i += 1
            if c == "}": return out
            if c != ",": raise ParseError("expected , or }", self.i - 1)

    def array(self):
        out = []
        self.expect("[")
        if self.peek() == "]":
            self.i += 1
            return out
        while True:
            out.append(self.value())
            c = self.peek()
            self.i += 1
            if c == "]": return out
            if c != ",": raise ParseError("expected , or ]", self.i - 1)

    def string(self):
        text, i = self.text, self.i + 1
        parts = []
        while True:
            if i >= len(text): raise ParseError("unterminated string", self.i)
            c = text[i]
            if c == '"': break
            if c == "\\":
                i += 1
                e = text[i:i + 1]
                if e == "u" and i + 5 <= len(text):
                    parts.append(chr(int(text[i + 1:i + 5], 16)))
                    i += 4
                elif e in self.escapes: parts.append(self.escapes[e])
                else: raise ParseError("bad escape", i)
            elif c < " ": raise ParseError("control character", i)
            else: parts.append(c)
            i += 1
        self.i = i + 1
        return "".join(parts)

    def number(self):
        text, start, i = self.text, self.i, self.i
        if text[i] == "-": i += 1
        while i < len(text) and text[i].isdigit(): i += 1
        real = False
        if i < len(text) and text[i] == ".":
            real = True
            i += 1
            while i < len(text) and text[i].isdigit(): i += 1
        if i < len(text) and text[i] in "eE":
            real = True
            i += 1
            if text[i] in "+-": i += 1
            while i < len(text) and text[i].isdigit(): i += 1
        self.i = i
        return float(text[start:i]) if real else int(text[start:i])


def dump(value):
    if value is None: return "null"
    if value is True: return "true"
    if value is False: return "false"
    if isinstance(value, (int, float)): return repr(value)
    if isinstance(value, str): return '"' + "".join(quote(c) for c in value) + '"'
    if isinstance(value, (list, tuple)): return "[" + ", ".join(map(dump, value)) + "]"
    if isinstance(value, dict): return "{" + ", ".join(f"{dump(k)}: {dump(v)}" for k, v in value.items()) + "}"
    raise TypeError(f"no JSON for {type(value).__name__}")


def quote(c):
    if c in '"\\': return "\\" + c
    return c if " " <= c < "\x7f" else f"\\u{ord(c):04x}"


def document(records):
    return {
        "title": "A \"document\" with é, € and \n control",
        "records": [
            {"id": i, "name": f"record {i}", "tags": ["a", "b" * (i % 5), None], "size": i * 1.25 - 7, "ok": i % 3 == 0, "sub": {"x": -i, "y": [[], {}, [i, [i]]]}}
            for i in range(records)
        ],
    }


def main(records):
    value = document(records)
    text = dump(value)
    again = Parser(text).parse()
    assert again == value and dump(again) == text
    errors = 0
    for cut in range(0, 400, 3):
        try: Parser(text[:cut]).parse()
        except ParseError: errors += 1
    return len(text), errors, sum(r["id"] * len(r["name"]) for r in again["records"])


if __name__ == "__main__":
    print(*main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000))
