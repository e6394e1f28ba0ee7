# Symbolic algebra: integrals, equations, matrices, series, printing.
# Needs: sympy
import sympy as s
x, y = s.symbols('x y')
print(s.integrate(s.exp(-x ** 2) * s.sin(x), x))
print(s.solve(x ** 4 - 5 * x ** 2 + 4, x), s.factor(x ** 6 - 1), s.limit(s.sin(x) / x, x, 0))
print(s.diff(s.sin(x) ** x, x), s.series(s.cos(x), x, 0, 8))
m = s.Matrix([[1, 2], [3, 4]])
print(m.inv(), m.eigenvals(), m.det())
print(s.dsolve(s.Function('f')(x).diff(x, 2) + s.Function('f')(x)))
print(s.latex(s.Integral(x ** 2 / y, x)), s.pretty(s.sqrt(x) / y))
