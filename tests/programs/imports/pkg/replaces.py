import sys


class Module:
    def __repr__(self): return "<not a module at all>"


sys.modules[__name__] = Module()
