# super().method along one class, and through __init__ of a long chain of calls.
import sys
DEPTH = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
sys.setrecursionlimit(DEPTH * 4 + 1000)


class Base:
    def run(self, n): return 0 if n == 0 else 1 + self.run(n - 1)


class Kid(Base):
    def run(self, n): return super().run(n)


print(Kid().run(DEPTH))
