"""A tokenizer, parser and evaluator of a small language. Argument: how many times the program is read and run."""
import sys

SOURCE = """
# numbers, loops and functions
let limit = 60;
fun gcd(a, b) { while (b != 0) { let t = a % b; a = b; b = t; } return a; }
fun sum(n) { let s = 0; let i = 1; while (i <= n) { if (gcd(i, n) == 1) { s = s + i; } i = i + 1; } return s; }
fun fib(n) { if (n < 2) { return n; } return fib(n - 1) + fib(n - 2); }
let text = "words " + 'joined' + "!";
let total = sum(limit) * 2 - fib(9) / 2;
print total; print text;
"""
KEYWORDS = {"let", "fun", "while", "if", "else", "return", "print"}
TWO = {"==", "!=", "<=", ">=", "&&", "||"}


class Token:
    __slots__ = "kind", "text", "line"

    def __init__(self, kind, text, line): self.kind, self.text, self.line = kind, text, line


def tokenize(source):
    i, line, n = 0, 1, len(source)
    while i < n:
        c = source[i]
        if c == "\n":
            line += 1
            i += 1
        elif c.isspace(): i += 1
        elif c == "#":
            while i < n and source[i] != "\n": i += 1
        elif c.isalpha() or c == "_":
            j = i
            while j < n and (source[j].isalnum() or source[j] == "_"): j += 1
            word = source[i:j]
            yield Token(word if word in KEYWORDS else "name", word, line)
            i = j
        elif c.isdigit():
            j = i
            while j < n and (source[j].isdigit() or source[j] == "."): j += 1
            yield Token("number", source[i:j], line)
            i = j
        elif c in "\"'":
            j = source.index(c, i + 1)
            yield Token("string", source[i + 1:j], line)
            i = j + 1
        elif source[i:i + 2] in TWO:
            yield Token(source[i:i + 2], source[i:i + 2], line)
            i += 2
        elif c in "+-*/%<>=(){};,!":
            yield Token(c, c, line)
            i += 1
        else: raise SyntaxError(f"line {line}: unexpected {c!r}")
    yield Token("end", "", line)


class Parser:
    LEVELS = [("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%")]

    def __init__(self, tokens): self.tokens, self.i = list(tokens), 0

    def kind(self): return self.tokens[self.i].kind

    def take(self, kind=None):
        t = self.tokens[self.i]
        if kind is not None and t.kind != kind: raise SyntaxError(f"line {t.line}: expected {kind}, found {t.text!r}")
        self.i += 1
        return t

    def program(self, end="end"):
        out = []
        while self.kind() != end: out.append(self.statement())
        self.take(end)
        return out

    def block(self):
        self.take("{")
        return self.program("}")

    def statement(self):
        kind = self.kind()
        if kind == "let":
            self.take()
            name = self.take("name").text
            self.take("=")
            return self.ended(("set", name, self.expression()))
        if kind == "fun":
            self.take()
            name = self.take("name").text
            self.take("(")
            params = self.listed(lambda: self.take("name").text)
            return "fun", name, params, self.block()
        if kind == "while":
            self.take()
            return "while", self.condition(), self.block()
        if kind == "if":
            self.take()
            test, then = self.condition(), self.block()
            if self.kind() == "else":
                self.take()
                return "if", test, then, self.block()
            return "if", test, then, []
        if kind in ("return", "print"):
            self.take()
            return self.ended((kind, self.expression()))
        if kind == "name" and self.tokens[self.i + 1].kind == "=":
            name = self.take().text
            self.take()
            return self.ended(("set", name, self.expression()))
        return self.ended(("do", self.expression()))

    def ended(self, node):
        self.take(";")
        return node

    def condition(self):
        self.take("(")
        e = self.expression()
        self.take(")")
        return e

    def listed(self, item):
        out = []
        while self.kind() != ")":
            out.append(item())
            if self.kind() == ",": self.take()
        self.take(")")
        return out

    def expression(self, level=0):
        if level == len(self.LEVELS): return self.unary()
        left = self.expression(level + 1)
        while self.kind() in self.LEVELS[level]:
            left = "op", self.take().kind, left, self.expression(level + 1)
        return left

    def unary(self):
        if self.kind() in ("-", "!"): return "unary", self.take().kind, self.unary()
        t = self.take()
        if t.kind == "number": return "value", float(t.text) if "." in t.text else int(t.text)
        if t.kind == "string": return "value", t.text
        if t.kind == "(":
            e = self.expression()
            self.take(")")
            return e
        if t.kind == "name":
            if self.kind() == "(":
                self.take()
                return "call", t.text, self.listed(self.expression)
            return "name", t.text
        raise SyntaxError(f"line {t.line}: unexpected {t.text!r}")


class Return(Exception): pass


OPERATIONS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "%": lambda a, b: a % b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}


class Machine:
    def __init__(self): self.functions, self.output = {}, []

    def run(self, body, env):
        for node in body:
            kind = node[0]
            if kind == "set": env[node[1]] = self.eval(node[2], env)
            elif kind == "while":
                while self.eval(node[1], env): self.run(node[2], env)
            elif kind == "if": self.run(node[2] if self.eval(node[1], env) else node[3], env)
            elif kind == "return": raise Return(self.eval(node[1], env))
            elif kind == "print": self.output.append(str(self.eval(node[1], env)))
            elif kind == "fun": self.functions[node[1]] = node
            else: self.eval(node[1], env)

    def eval(self, node, env):
        kind = node[0]
        if kind == "value": return node[1]
        if kind == "name": return env[node[1]]
        if kind == "op":
            if node[1] == "&&": return self.eval(node[2], env) and self.eval(node[3], env)
            if node[1] == "||": return self.eval(node[2], env) or self.eval(node[3], env)
            return OPERATIONS[node[1]](self.eval(node[2], env), self.eval(node[3], env))
        if kind == "unary":
            value = self.eval(node[2], env)
            return -value if node[1] == "-" else not value
        _, _, params, body = self.functions[node[1]]
        local = dict(zip(params, [self.eval(a, env) for a in node[2]]))
        try: self.run(body, local)
        except Return as r: return r.args[0]


def main(times):
    count = 0
    for _ in range(times):
        tokens = list(tokenize(SOURCE))
        count += len(tokens)
        machine = Machine()
        machine.run(Parser(tokens).program(), {})
    return count, machine.output


if __name__ == "__main__":
    print(*main(int(sys.argv[1]) if len(sys.argv) > 1 else 550))
