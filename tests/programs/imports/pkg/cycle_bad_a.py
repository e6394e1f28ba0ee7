from .cycle_bad_b import thing
other = 1
