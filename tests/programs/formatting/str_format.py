# str.format and format_map: fields, attributes, indexes, conversions, nesting, automatic numbering, errors.
class A:
    x = 1
    y = {"k": [10, 20], "a b": 5}
    def __getitem__(self, k): return f"item({k!r})"
    def __format__(self, s): return f"A[{s}]"
    def __repr__(self): return "A()"


a = A()
cases = [("{}", (1,), {}), ("{} {}", (1, 2), {}), ("{1} {0} {1}", (1, 2), {}), ("{a} {b}", (), dict(a=1, b=2)), ("{} {a} {}", (1, 2), dict(a=3)), ("{0.x} {0.y}", (a,), {}), ("{0[k]} {0[0]} {0[-1]} {0[ a]}", (a,), {}), ("{.x} {[q]}", (a, a), {}), ("{a.y[k][1]}", (), dict(a=a)), ("{0.y[a b]}", (a,), {}),
         ("{!r} {!s} {!a}", ("q", "q", "é"), {}), ("{0!r:>8}|{0!s:<8}|", ("ab",), {}), ("{:>{}}|", ("x", 5), {}), ("{:{}{}}|", (3.14159, 8, ".2f"), {}), ("{0:{1}}", (a, "spec"), {}), ("{:{w}.{p}f}", (2.5,), dict(w=8, p=3)), ("{{}} {{{}}} }}{{", (1,), {}), ("", (), {}), ("no fields", (1,), {}), ("{0}{0}{0}", ("ab",), {}), ("{:,} {:_} {:%}", (1234567, 1234567, 0.5), {}),
         ("{0:}", (1,), {}), ("{0!s:}", (1,), {}), ("{:{{}}}", (a,), {}) , ("{:}}", (1,), {}), ("{0[0][1]}", ([[1, 2]],), {}), ("{0[01]}", ([1, 2],), {}), ("{a[0].real}", (), dict(a=[5])), ("{0.real.imag}", (5,), {}), ("{é}", (), {"é": 1}), ("{0:é>4}", (1,), {}), ("{ a}", (), {" a": 1}), ("{a }", (), {"a ": 2}), ("{a-b}", (), {"a-b": 3}), ("{class}", (), {"class": 4}), ("{10}", range(11), {}), ("{a!r:{b}}", (), dict(a="x", b=">4")),
         ("{", (), {}), ("}", (), {}), ("{}}", (1,), {}), ("{{}", (), {}), ("{0", (1,), {}), ("{0!}", (1,), {}), ("{0!x}", (1,), {}), ("{0!r", (1,), {}), ("{0!rr}", (1,), {}), ("{0:", (1,), {}), ("{:d}", ("s",), {}), ("{} {0}", (1,), {}), ("{0} {}", (1,), {}), ("{}", (), {}), ("{1}", (1,), {}), ("{a}", (), {}), ("{0.nope}", (1,), {}), ("{0[k]}", ({},), {}), ("{0[9]}", ([],), {}), ("{0[k]}", ([1],), {}), ("{0.}", (1,), {}), ("{0[]}", (a,), {}), ("{0[a}", (a,), {}),
         ("{0[a]b}", (a,), {}), ("{.}", (1,), {}), ("{0..x}", (1,), {}), ("{-1}", (1,), {}), ("{0x1}", (1, 2), {}), ("{99999999999999999999}", (), {}), ("{0[99999999999999999999]}", ([],), {}), ("{:{:{}}}", (1, 2, 3), {}), ("{!r}{}", (1,), {}), ("{:z}", (1,), {}), ("{:{}}", (1,), {}), ("{a:{}}", (5,), dict(a=1)), ("{0:{}}", (1, 5), {}), ("{:{1}}", (1, 5), {}), ("{a[}", (), dict(a=1)), ("{0!r:{1}}", ("x", 5), {}), ("{:!r}", (a,), {}), ("{0.__class__.__name__}", (5,), {}), ("{0:\n}", (a,), {}), ("{0:{{a}}}", (a,), {})]
for fmt, args, kw in cases:
    try:
        r = repr(fmt.format(*args, **kw))
    except Exception as e:
        r = f"{type(e).__name__}: {e}"
    print(repr(fmt), "=", r)


class Default(dict):
    def __missing__(self, k): return f"<{k}>"


print("{a} {b} {c.real}".format_map({"a": 1, "b": 2, "c": 3}), "{x} {y!r:>6}".format_map(Default(x=1)))
for bad in (lambda: "{a}".format_map({}), lambda: "{}".format_map({"": 1}), lambda: "{0}".format_map({"0": 1}), lambda: "{a}".format_map(5), lambda: "{a}".format_map(), lambda: "{a}".format_map({}, {}), lambda: str.format(5), lambda: "{}".format(*5), lambda: "{a}".format_map([1]), lambda: "{0}".format_map([1])):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
log = []


class Log:
    def __init__(self, n): self.n = n
    def __getattr__(self, k):
        if k.startswith("__"): raise AttributeError(k)
        log.append(f"{self.n}.{k}"); return Log(f"{self.n}.{k}")
    def __getitem__(self, k): log.append(f"{self.n}[{k!r}]"); return Log(f"{self.n}[{k}]")
    def __format__(self, s): log.append(f"format {self.n} {s!r}"); return "F"
    def __str__(self): log.append(f"str {self.n}"); return "S"
    def __repr__(self): log.append(f"repr {self.n}"); return "R"


print("{0.a[b].c[1]:x{1}y} {1!r} {1!s:>3} {k.z}".format(Log("p"), Log("q"), k=Log("k")), log)
print("{:>10}{:<10}{:^10}".format("left", "right", "mid"), "{:-^30}".format(" title "), "{:08.3f}|{:+d}|{:#x}|{:e}".format(3.14159, 5, 255, 12345.678), "{:s}{:d}".format("a", 1), "{0:b} {0:o} {0:d} {0:x} {0:X}".format(202))
rows = [("apple", 3, 1.5), ("kiwi", 12, 0.25), ("watermelon", 1, 12)]
for r in rows: print("{:<12}{:>4}{:>10.2f}".format(*r))
print("{0}".format("€"), "{}".format("\U0001F600é"), "€{}€".format("é"), "{:€^5}".format("x"), "{}".format(""), "{:5}|".format(""), "%s" % "{}", "{}".format("{}"), "{0}{{0}}".format(1))
print("{0.real}".format(True), "{:d}".format(True), "{}".format(True), "{!r}".format(None), "{:>6}".format(None) if 0 else "", "{0[0]}".format("abc"), "{0[0]} {0[1]}".format((1, 2)), "{0[a]}".format({"a": 1, 0: 2}), "{0[0]}".format({0: "int key", "0": "str key"}))
