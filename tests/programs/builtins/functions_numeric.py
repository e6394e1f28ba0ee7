# Builtin functions on numbers: abs divmod pow round sum min max bin hex oct chr ord int float complex bool hash id-free.
def run(*texts):
    for t in texts:
        try: print(t, "=", repr(eval(t)))
        except Exception as e: print(t, "->", type(e).__name__, e)


run("abs(-5)", "abs(-5.5)", "abs(3+4j)", "abs('a')", "abs()", "abs(1, 2)", "abs(x=1)", "abs(None)", "abs(True)", "abs(-0.0)")
run("divmod(17, 5)", "divmod(-17, 5)", "divmod(17, -5)", "divmod(5.5, 2)", "divmod(5, 0)", "divmod(5.0, 0.0)", "divmod('a', 1)", "divmod(1)", "divmod(1, 2, 3)", "divmod(1j, 2)", "divmod(True, 2)")
run("pow(2, 10)", "pow(2, -1)", "pow(2, 10, 1000)", "pow(2, -1, 7)", "pow(2, -1, 4)", "pow(2.0, 3)", "pow(2, 3, 0)", "pow(2.0, 3, 5)", "pow('a', 2)", "pow(2, 3, None)", "pow(base=2, exp=3)", "pow(2, exp=3, mod=5)", "pow(2)", "pow(2, 3, 4, 5)", "pow(0, -1)", "pow(1j, 2)", "pow(2, 3, 'x')", "pow(-2, 0.5)", "pow(2, 3, -5)")
run("round(2.5)", "round(3.5)", "round(2.567, 2)", "round(1234, -2)", "round(-2.5)", "round(2.5, 0)", "round(2.5, None)", "round('a')", "round()", "round(1, 2, 3)", "round(number=1.5)", "round(1.5, ndigits=0)", "round(1.5, 1.5)", "round(1j)", "round(True)", "round(float('nan'))", "round(float('inf'))", "round(10 ** 20, -19)", "round(1.45, 1), round(1.55, 1)", "round(5e15 + 0.5)")
run("sum([])", "sum([1, 2, 3])", "sum([1, 2], 10)", "sum([[1], [2]], [])", "sum(['a'])", "sum(['a'], '')", "sum([b'a'], b'')", "sum([bytearray(b'a')], bytearray())", "sum(5)", "sum()", "sum([1], start=5)", "sum([1], 2, 3)", "sum([1, 2.5, 3j])", "sum([True, True])", "sum([10 ** 20, 1, -10 ** 20])", "sum([0.1] * 3)", "sum([1, 'a'])", "sum({1: 2, 3: 4})", "sum(range(101))", "sum(x for x in (1, 2))", "sum([2 ** 62, 2 ** 62, 2 ** 62])", "sum([1.5, 2 ** 70])", "sum([(1,), (2,)], ())", "sum([None])", "sum(iterable=[1])")
run("min(3, 1, 2)", "max([3, 1, 2])", "min('b', 'a')", "max([])", "max([], default=0)", "max(1)", "max()", "max(1, 2, default=3)", "max([1, 2], key=lambda x: -x)", "max('a', 1)", "min([[1, 2], [1]])", "max(1, 2, key=5)", "max([1], key=None)", "max(1, 1.0)", "min(1.0, 1, True)", "max({1: 'a', 2: 'b'})", "max(iter([1, 5]))", "max([1], [2])", "max(5, key=1)", "max([1, 2], x=1)", "min(None, None)", "min([None])", "max(float('nan'), 1)", "max(key=len)", "max(['a', 'bb'], key=len, default=0)")
run("bin(10)", "bin(-10)", "hex(255)", "hex(-255)", "oct(8)", "bin(2 ** 70)", "hex('a')", "oct(1.5)", "bin()", "bin(True)", "hex(None)", "bin(x=1)", "oct(-0)")
run("chr(65)", "chr(8364)", "chr(0x10FFFF)", "chr(0x110000)", "chr(-1)", "chr('a')", "chr()", "chr(1.5)", "chr(True)", "ord('A')", "ord('€')", "ord(b'a')", "ord(bytearray(b'z'))", "ord('ab')", "ord('')", "ord(5)", "ord(b'ab')", "ord()", "ord(None)")
run("int()", "int('42')", "int('  -42  ')", "int('0x1f', 16)", "int('z', 36)", "int(3.9)", "int('3.9')", "int('')", "int(None)", "int('1_000')", "int('10', 2)", "int('12', 2)", "int(5, 2)", "int('5', 99)", "int(x='5')", "int('5', base=8)", "int(b'5')", "int([])", "int(True)", "int(1e20)", "int('0b1', 0)", "int('010', 0)", "int('0', 0)", "int('00', 0)", "int(1, 2, 3)", "int('5', '2')", "int('5', 2.0)", "int('é')", "int('\\x00')", "int('5\\n')", "int(bytearray(b'7'))", "int(memoryview(b'7'))")
run("float()", "float('1.5')", "float('abc')", "float(None)", "float([])", "float(10)", "float('1e500')", "float(' 2 ')", "float(1, 2)", "float(True)", "float(10 ** 400)", "float('')", "float(b'1.5')", "float('1_0.5')", "float('infinity')", "float('1' + '0' * 400)")
run("complex(1, 2)", "complex('1+2j')", "complex('a')", "complex(1, 'a')", "complex('1', 2)", "complex(None)", "complex()", "complex(1j, 1j)", "bool()", "bool('')", "bool('a')", "bool(0.0)", "bool([0])", "bool(None)", "bool(1, 2)", "bool(x=1)", "bool(range(0))", "bool(b'')", "bool(0j)", "bool(...)", "bool(int)", "bool(lambda: 0)")
run("hash(1), hash(1.0), hash(True)", "hash([])", "hash({})", "hash(())==hash(())", "hash()", "hash(1, 2)", "hash(2 ** 61)", "hash(-1)", "hash(None) == hash(None)", "hash(int) == hash(int)", "hash('a') == hash('a')", "hash(slice(1))", "hash(...)== hash(...)", "hash(range(3)) == hash(range(3))", "hash(1.5), hash(-1.5), hash(1e100)")
run("any([])", "any([0, 1])", "any([0, ''])", "all([])", "all([1, 0])", "all([1, 'a'])", "any(5)", "all()", "any([], [])", "any(x > 1 for x in (1, 2))", "all({0: 1})", "any('')", "all('a')", "any(iterable=[1])", "any([[]])", "all([[]])")
run("isinstance(1, int)", "isinstance(1, (str, int))", "isinstance(1, int | str)", "isinstance(1, 5)", "isinstance(1)", "issubclass(bool, int)", "issubclass(1, int)", "issubclass(int, (str, 5))", "issubclass(int, int | None)", "callable(len), callable(5), callable(int)", "callable()", "type(5), type('a'), type(None), type(type), type(len)", "type()", "type(1, 2)", "type(1).__name__", "id(5) == id(5)", "id()", "len('abc')", "len(5)", "len()", "len([1], [2])", "len(obj=[1])", "len(None)", "repr(5)", "repr()", "ascii('é')", "ascii()")


class N:
    def __abs__(self): return "abs"
    def __divmod__(self, o): return "divmod"
    def __pow__(self, o, m=None): return ("pow", o, m)
    def __round__(self, n=None): return ("round", n)
    def __index__(self): return 65
    def __hash__(self): return 7
    def __len__(self): return 4
    def __lt__(self, o): return True
    def __gt__(self, o): return False


run("abs(N())", "divmod(N(), 1)", "pow(N(), 2)", "pow(N(), 2, 3)", "round(N())", "round(N(), 2)", "round(N(), None)", "bin(N())", "chr(N())", "hash(N())", "len(N())", "int(N())", "float(N())", "min(N(), 1) is not None", "range(N())", "[0] * N() == [0] * 65", "bytes(N()) == bytes(65)", "sum([N()])", "round(1.23456789, N())", "complex(N())", "'%c' % N()", "bytearray(N()) == bytearray(65)", "slice(N()).indices(100)", "int('1', N())", "divmod(1, N())", "pow(2, N())")
