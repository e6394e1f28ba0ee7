from . import cycle_a
from .cycle_a import early
result = "b sees " + early + (" and not result" if not hasattr(cycle_a, "result") else "")
