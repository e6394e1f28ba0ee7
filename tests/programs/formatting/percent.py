# The % operator on str and bytes: all conversions, flags, widths, mappings, errors.
def p(fmt, *argss):
    for args in argss:
        try:
            r = repr(fmt % args)
        except Exception as e:
            r = f"{type(e).__name__}: {e}"
        print(f"{fmt!r} % {args!r} = {r}")


for conv in "diouxXeEfFgGcrsa%":
    p("%" + conv, 65, -3, 2.75, "s", (1,), True, None, [1], 10 ** 25, 1j)
for flags in ("%5", "%-5", "%05", "%+", "% ", "%#", "%+05", "%-05", "% 5", "%.3", "%8.3", "%-8.3", "%08.3", "%#8", "%+ ", "%+.1", "%#.3", "%010"):
    for conv, v in (("d", 42), ("d", -42), ("x", 255), ("o", 8), ("f", 3.14159), ("e", 31415.9), ("g", 0.00012345), ("s", "text"), ("r", "q"), ("c", "c"), ("X", 48879), ("G", 1e20), ("a", "é"), ("i", 0)):
        p(flags + conv, v)
p("%s %s", ("a", "b"), ("a",), ("a", "b", "c"), "a", (), (1, [2]))
p("%s", (), ((1, 2),), {"a": 1}, [1, 2], ("x",), "é€", b"b", object)
p("plain", (), (1,), 1, {}, {"a": 1}, [], "s", None)
p("%(a)s %(b)5d", {"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": "x"}, 5, (1,), ("a", "b"))
p("%(a)s %s", {"a": 1}); p("%s %(a)s", {"a": 1}); p("%(a b)s %(é)s %()s", {"a b": 1, "é": 2, "": 3}); p("%((x))s", {"(x)": 1}); p("%(a", {"a": 1}); p("%(a)", {"a": 1}); p("%(a)%", {"a": 1})
p("%*d|%-*d|%.*f|%*.*f", (5, 42, 5, 42, 2, 3.14159, 8, 3, 2.71828), (5,), ("x", 1, 2, 3, 4, 5, 6, 7, 8), (-5, 42, 5, 42, -1, 3.14159, 8, 3, 2.71828))
p("%", ()); p("%z", 1); p("%5", 1); p("%.", 1); p("100%", ()); p("%%", ()); p("%d%%", 50); p("%5%|", ()); p("%ld %hd %Ld", (1, 2, 3)); p("%lls", 1); p("% %", ()); p("%é", 1); p("%\n", 1)
p("%c", 65, "A", "AB", "", 0x20AC, 0x110000, -1, 1.5, "€", b"A")
p("%d", 3.99, -3.99, float("inf"), float("nan"), 1e20, "5", None, True, 1 + 0j)
p("%x", 255, -255, 3.5, True, "a"); p("%o", 1.0); p("%e", 5, "x", float("inf"), float("nan"), -0.0, 10 ** 400); p("%f", 1e300, 10 ** 20, True); p("%.0f", 0.5, 1.5, 2.5); p("%.50f", 0.1); p("%g", 1e5, 1e6, 1e-4, 1e-5, 100000.5); p("%#g", 1.0, 1e6); p("%#x", 0, 255, -1); p("%#o", 0, 8); p("%+d", 0); p("% d", 5, -5); p("%05d", -42); p("%05s", "ab"); p("%.2s", "abc", "é€x"); p("%.0s", "abc"); p("%-5s|", "ab"); p("%5.1s|", "abc"); p("%.3d", 5, -5, 12345); p("%8.3d|", 5); p("%08.3d", -5); p("%.5x", 255); p("%#.5x", 255); p("%r", "it's", 'a"b\'c'); p("%a", "é\n")


class D(dict):
    def __missing__(self, k): return f"<{k}>"


class S:
    def __str__(self): return "str()"
    def __repr__(self): return "repr()"
    def __int__(self): return 7
    def __float__(self): return 1.5
    def __index__(self): return 9


class G:
    def __repr__(self): return "G()"
    def __getitem__(self, k): return k.upper()


p("%(x)s %(y)r", D(x=1)); p("%(x)s", G()); p("%s %r %a", (S(), S(), S())); p("%d %x %f %c", (S(), S(), S(), S())) ; p("%5s|%-8r|%.2s", (S(), S(), S()))


class Sub(str):
    def __mod__(self, o): return ("mod", o)
    def __rmod__(self, o): return ("rmod", o)


print(Sub("%s") % 1, "%s" % Sub("x"), "%d" % type("I", (int,), {})(5), "%s" % type("T", (tuple,), {})((1,)), 5 % Sub("x") if 0 else "")
for fmt in (b"%d", b"%s", b"%b", b"%a", b"%r", b"%c", b"%x", b"%5s|", b"%-5b|", b"%.2s", b"%f", b"%e", b"%%", b"%(k)s", b"%i %u", b"%05d"):
    for v in (5, b"ab", "str", bytearray(b"ba"), 2.5, {b"k": b"v"}, {"k": 1}, (1, 2), None, 300):
        try: r = repr(fmt % v)
        except Exception as e: r = f"{type(e).__name__}: {e}"
        print(fmt, "%", repr(v), "=", r)
print(bytearray(b"%s-%d") % (b"x", 5), type(bytearray(b"%d") % 1).__name__, b"%b" % type("B", (), {"__bytes__": lambda s: b"made"})())
