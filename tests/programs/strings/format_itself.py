# Where nothing changes, str.format answers its argument itself.
t = "abcde"
for s in ("{0}", "{}", "{a}", "{0!s}", "{{}}{0}", " {0}", "{0}{0}", "{0:6}"):
    print(s, s.format(t, a=t) is t, s.format(t, a=t))
for s in ("5s", ".5", ".9s", "1s", ">3", "", "6", ".4", "^5", "*<4"):
    print(s, format(t, s) is t, format(t, s))
for n in (5, "", 3.5, None, [1]):
    print("{}".format(n), "{0!r}".format(n))
for bad in ("{", "{0", "{0!x}", "{1}", "}{0}", "{0}}"):
    try:
        print(bad.format(t))
    except Exception as e:
        print(type(e).__name__, e)


class S(str):
    def __format__(self, spec):
        return "formatted " + spec




class P(str):
    pass


print(type(format(P("abc"), "3")), type(format(P("abc"), "4")), type("{}".format(P("abc"))))
print("{}".format(S("x")), "{:q}".format(S("x")), type("{}".format(S("x"))))
