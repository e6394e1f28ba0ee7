# Constant expressions, whatever the compiler folds, give what the operations give at run time.
def run(op, *operands):
    names = ["a", "b", "c"][:len(operands)]
    return eval(op.format(*names), dict(zip(names, operands)))


cases = [("{0} + {1}", 1, 2), ("{0} * {1}", "ab", 3), ("{0} << {1}", 1, 100), ("{0} ** {1}", 2, 100), ("{0} / {1}", 7, 2), ("{0} // {1}", -7, 2), ("{0} % {1}", -7, 3),
         ("-{0}", 5), ("~{0}", 5), ("not {0}", 0), ("+{0}", True), ("{0} - {1}", 0.1, 0.3), ("{0} * {1}", (1, 2), 2), ("{0} + {1}", (1,), (2,)), ("{0}[{1}]", "abc", 1),
         ("{0}[{1}]", (1, 2, 3), -1), ("{0} & {1}", 12, 10), ("{0} | {1}", 12, 10), ("{0} ^ {1}", 12, 10), ("{0} >> {1}", -100, 3), ("{0} ** {1}", 2, -2), ("{0} ** {1}", 0.5, 3),
         ("{0} * {1}", 1j, 1j), ("{0} + {1}", 1, 2j), ("-{0}", 0.0), ("-{0}", 0), ("-{0}", 1j), ("{0} - {1}", -0.0, 0), ("{0} + {1} * {2}", 1, 2, 3), ("({0}, {1})", 1, 2),
         ("{0} if {1} else {2}", 1, 0, 2), ("{0} in ({1}, {2})", 1, 1, 2), ("{0} < {1} < {2}", 1, 2, 3), ("{0} and {1}", 1, ""), ("{0} or {1}", "", 0), ("{0} % {1}", "%d", 5),
         ("{0} % ({1}, {2})", "%s-%r", "x", "y"), ("{0} == {1}", 1, 1.0), ("{0} * {1}", -1, 0.0), ("{0} * {1}", "", 10 ** 10), ("{0} + {1}", "é", "€"), ("{0} * {1}", b"\x00", 5)]
for op, *operands in cases:
    constant = eval(op.format(*map(repr, operands)))
    dynamic = run(op, *operands)
    print(op, operands, repr(constant), type(constant).__name__, repr(constant) == repr(dynamic), type(constant) is type(dynamic))
for text in ("1 / 0", "1 // 0", "1 % 0", "1.0 / 0", "0 ** -1", "0.0 ** -1", "1 << -1", "1 >> -1", "'a' + 1", "'a' * 'b'", "-'a'", "~1.5", "'abc'[5]", "1 << 10 ** 30",
             "'a' % 1", "'%d' % 'x'", "10.0 ** 400", "1j // 1", "1j % 1", "divmod(1, 0)", "5 % -0.0", "1j / 0", "0j ** -1", "2 ** 'a'", "() + []", "'%' % ()", "'%z' % 1", "'%s %s' % 1"):
    try:
        print(text, eval(text))
    except Exception as e:
        print(text, "->", type(e).__name__, e)


def consts():
    return 1, 1.0, True, 0.0, -0.0, "a", b"a", (1, 2), (1.0, True), 1 + 0j, None, ...


print(consts(), [type(c).__name__ for c in consts()])
print(consts() is not None, consts.__code__.co_consts[0], consts()[7] is consts()[7])


def zero(): return 0.0, -0.0, 0, False, 0j


print(zero())


def same():
    a = 1000
    b = 1000
    s = "some text"
    return a is b, s is "".join([s]), True


print(same())
if 0: print("never")
if "": print("never")
if not 1: print("never")
while 0: print("never")
if 1 and 0: print("never")
if __debug__: print("debug")
for x in (1, 2): pass
print(x in (1, 2, 3), x in [1, 2], x in {1, 2}, x not in {3, 4})
print(None if None else 1, not None, not not "a", (), ((),), [()], {(): ()}[()])
print("a" "b" f"{1}" "c", f"{1}{2}" "x", "%s" % "y", "%s%%%r" % ("z", 1), "%5s|%-5s|%.2s" % ("a", "b", "cde"), "%a" % "é")
