# f-strings: expressions of all kinds, nesting, conversions, debugging form, quotes, escapes, evaluation order.
x, y, name, d, l = 5, 2.5, "World", {"k": "v", 1: "one"}, [1, [2, 3]]
print(f"{x}", f"{x}{y}", f"a{x}b{y}c", f"{{}}", f"{{{x}}}", f"{{{{{x}}}}}", f"{x }", f"{ x}", f"{ x !r}", f"", f"plain")
print(f"{x + 1}", f"{x * 2:>5}", f"{x if y else 0}", f"{d['k']}", f'{d["k"]}', f"{l[1][0]}", f"{l[-1]}", f"{name.upper()}", f"{name[1:3]}", f"{(lambda v: v * 2)(x)}", f"{[i for i in range(3)]}", f"{ {1: 2}[1]}", f"{ {1, 2} }", f"{x!r:^{x}}", f"{(1, 2)}", f"{1, 2}", f"{*l, 3}", f"{x == 5}", f"{x != 5}", f"{x <= 5}", f"{x >= 5!r}", f"{not x}", f"{x and y}", f"{-x}", f"{x ** 2}", f"{x//2}", f"{x:{'>'}{8}}")
print(f"{name!r} {name!s} {name!a} {'é'!a} {name!r:>10} {name!s:.3} {x!r:5}|", f"{name:>10}|{name:<10}|{name:^10}|{name:*^11}", f"{x:05d} {x:+} {x:x} {x:#b} {y:.3f} {y:e} {1e10:,} {1234567:_}")
print(f"{x=}", f"{x = }", f"{ x=}", f"{x=!s}", f"{x=:>5}", f"{name=}", f"{name=!s}", f"{name=!r:>10}", f"{x+1=}", f"{x + 1 = }", f"{d['k']=}", f"{l=}", f"{y=:.2f}", f"{x=:{'>'}{6}}", f"{'a' 'b'=}", f"{x  =  }", f"{f'{x}'=}", f"{x:=5}", f"{(x:=6)}", x, f"{(lambda: 1)()=}")
x = 5
print(f"{'nested ' + f'{x}'}", f"{'a' if x else 'b'}", f'{"dq"}', f"{'''triple'''}", f"""{
    x
    + 1
}""", f'''{d["k"]} {'q'}''', f"{'{'}{'}'}", f"{'{}'.format(x)}", f"{'%d' % x}", rf"\n{x}\d", fr"{x}\{x}" if 1 else "", Rf"{'a'}\\")
print("concat " f"{x}" " plain " 'q' f'{y}', "a" "b" f"{x!r}" "{not a field}", f"{x}" "\x41" f"\x42{x}\N{BULLET}\u00e9")
log = []


def see(v, tag=None):
    log.append(tag or v)
    return v


print(f"{see(1)}{see(2):{see(5)}}{see('c')!r:{see('>')}{see(6)}}{see(3):{see('')}}", log)


class F:
    def __format__(self, spec): log.append(("format", spec)); return f"<{spec}>"
    def __repr__(self): log.append("repr"); return "R"
    def __str__(self): log.append("str"); return "S"


log.clear()
o = F()
print(f"{o}", f"{o!r}", f"{o!s}", f"{o!a}", f"{o:x}", f"{o!r:>3}", f"{o=}", f"{o=!s}", f"{o=:y}", f"{o:{o}}", f"{o:a{1}b{2}c}", f"{o:}", f"{o!s:}", log)
print(f"{o:{{}}}" if 0 else "", f"{o:%Y-%m-%d}", f"{o:!r}", f"{o: }", f"{o::}", f"{o:a:b}", f"{o:'\"}", f"{o:\x41\n}".encode())
print([f"{i}{c}" for i in range(2) for c in "ab"], (lambda q: f"{q}{x}")(1), {f"k{i}": f"{i:02}" for i in range(2)}, *(f"{i}" for i in "z"))


def closure():
    v = "free"
    return lambda: f"{v} {v!r:>8} {[v for _ in 'a']}"


print(closure()())


class K:
    a = 1
    s = f"{a} {x}"
    def m(self): return f"{self.a} {__class__.__name__} {self.m.__name__}"


print(K.s, K().m())
try:
    f"{undefined_name}"
except NameError as e:
    print(e)
for bad in ("f'{1:d}{2:s}'", "f'{1!r:d}'", "f'{[]:x}'", "f'{1:{[]}}'", "f'{1:{2:{3}}}'", "f'{}'", "f'{ }'", "f'{!r}'", "f'{:x}'", "f'{x!z}'", "f'{x!}'", "f'{x'", "f'x}'", "f'{x!r x}'", "f'{a $ b}'", "f'{lambda x: 1}'", "f'{x:{y!q}}'", "f'{=}'", "f'{x=!}'", "f'{\\n}'", "f'{#}'", "f'{a b}'", "f'{(}'", "f'{)}'", "f'{a[}'", "f'{\"\\n\"}'", "f'{*}'", "f'{**d}'", "f'{yield}'", "f'{x:=}'", "f'{:}'", "f'{1:{}}'", "f'{import x}'", "f'{a = b}'", "f'{x!rr}'", "f'{x !r}'", "f'{x! r}'"):
    try: print(bad, repr(eval(bad, {"x": 5, "y": 1, "d": {}})))
    except Exception as e: print(bad, type(e).__name__, e.msg if isinstance(e, SyntaxError) and "f-string: " in e.msg and "invalid syntax" not in e.msg else e if not isinstance(e, SyntaxError) else "")
width, prec, val = 10, 3, 12.3456789
print(f"{val:{width}.{prec}}|{val:{width}.{prec}f}|{val:<{width}}|{val!s:>{width + 5}}|{'ab':{'-'}^{width}}|{val:{'0'}{width}.{1}f}")
print(f"{1:3}{22:3}{333:3}", f"{'a':3}{'b':>3}{'c':^3}|", f"{True}", f"{True:d}", f"{None}", f"{...}", f"{int}", f"{3j:.1f}", f"{b'x'}", f"{b'x'!r}", f"{'x'!r}", f"{len}".split(" ")[0])
a, b = "same", "same"
print(f"{a}" is a, f"{a}{b}" == "samesame", f"{''}", f"{''}{''}" == "", type(f"{1}").__name__, f"{type(x).__name__}", f"{x.__class__.__name__!r}")
multi = f"""line {x}
  {name:>8}
{{literal}} {
x!r} end"""
print(multi)
