import sys as _hidden_module
public, _private, __dunder__ = 1, 2, 3
from . import value
__all__ = ["public", "_private", "value"]
other = 4
