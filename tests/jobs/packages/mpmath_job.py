# Sixty digits of everything.
# Needs: mpmath
import mpmath as m
m.mp.dps = 60
print(m.pi, m.e, m.zeta(3), m.gamma(m.mpf(1) / 3), m.quad(lambda x: m.exp(-x * x), [-m.inf, m.inf]))
print(m.findroot(lambda x: m.cos(x) - x, 1), m.nsum(lambda n: 1 / n ** 2, [1, m.inf]), m.besselj(2, 3), m.matrix([[1, 2], [3, 4]]) ** (-1))
print(m.polyroots([1, 0, -2, 5]), m.identify(m.mpf('1.4142135623730950488')))
