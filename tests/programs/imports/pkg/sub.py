from . import value as parent_value
name = __name__
