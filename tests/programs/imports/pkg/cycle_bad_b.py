from .cycle_bad_a import other
thing = 1
