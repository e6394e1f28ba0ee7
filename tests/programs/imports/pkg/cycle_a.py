early = "defined before the import"
from . import cycle_b
result = "a sees " + cycle_b.result
