# math, cmath, _statistics, _random, _decimal: values, errors, conversions.
import math, cmath, _random, _decimal, _statistics


def show(f, *args, **kwargs):
    try:
        print(f.__name__, args, f(*args, **kwargs))
    except Exception as e:
        print(f.__name__, args, type(e).__name__, e)


class Real:
    def __float__(self):
        return 2.25

    def __floor__(self):
        return "floor"


class Index:
    def __index__(self):
        return 6


for name in ["sqrt", "exp", "log", "log2", "log10", "sin", "floor", "ceil", "trunc", "isnan", "modf", "frexp", "factorial", "isqrt", "gamma", "degrees", "fabs"]:
    f = getattr(math, name)
    for value in [0, 1, 2.5, -1, 10**30, 1e308, float("inf"), Real(), Index(), "x", None, True]:
        try:
            print(name, type(value).__name__, f(value))
        except Exception as e:
            print(name, type(value).__name__, type(e).__name__, e)
show(math.gcd, 12, 18, -30)
show(math.gcd, 2**100, 6**60)
show(math.gcd, 1.5)
show(math.lcm, 4, 6, 10)
show(math.comb, 50, 25)
show(math.perm, 10)
show(math.dist, (1, 2), (4, 6))
show(math.dist, (1, 2), (4,))
show(math.hypot, 1, 2, 3, 4)
show(math.isclose, 1, 1 + 1e-10, rel_tol=1e-9)
show(math.isclose, 1)
show(math.isclose, 1, 2, abs_tol=-1)
show(math.fsum, [0.1] * 10)
show(math.fsum, ["x"])
show(math.prod, range(1, 20))
show(math.prod, [2.5, 4], start=Index().__index__())
show(math.pow, 2, 0.5)
show(math.ldexp, 0.5, 2000)
show(math.log, 2**2000, 2)
show(math.log, 8, 0)
show(math.nextafter, 1.0, 2.0)
show(math.copysign, 1, -0.0)
show(math.floor, 10**25 / 3)
show(math.sqrt)
show(math.sqrt, 1, 2)
show(math.trunc, object)
for z in [0, 1j, -1, 1 + 2j, complex("nan"), Real(), "x"]:
    for f in [cmath.sqrt, cmath.exp, cmath.log, cmath.phase, cmath.polar, cmath.isfinite, cmath.atanh]:
        try:
            print(f.__name__, f(z))
        except Exception as e:
            print(f.__name__, type(e).__name__, e)
r = _random.Random(42)
print(r.random(), r.random(), r.getrandbits(5), r.getrandbits(100))
state = r.getstate()
first = r.random()
r.setstate(state)
print(r.random() == first, len(state))
show(r.getrandbits, -1)
show(r.seed, [])
D = _decimal.Decimal
print(D("1.10") + D("2.205"), D(1) / D(7), D("1e1000") * 10, repr(D("-0")), D(2) ** D("0.5"), D("1.5").as_tuple(), hash(D("1.5")) == hash(1.5))
print(D("123.456").quantize(D("0.1")), round(D("2.675"), 2), int(D("7.9")), D("3.14") < 4, D(10).sqrt(), f"{D('1234567.891'):,.2f}", format(D("1.5"), ">10"))
show(D, "x")
show(lambda: D(1) / 0)
with _decimal.localcontext() as c:
    c.prec = 5
    print(D(1) / D(3), c)
print(D(1) / D(3), _decimal.getcontext().flags[_decimal.Inexact], D.from_float(0.1), D((0, (1, 2, 3), -2)))
print(_statistics._normal_dist_inv_cdf(0.975, 0.0, 1.0))
