# A group deeper and wider than what is shown.
def wide(n): return ExceptionGroup(f"wide {n}", [ValueError(i) for i in range(n)])
def deep(n): return ExceptionGroup(f"level {n}", [deep(n - 1), TypeError(n)]) if n else wide(20)


raise deep(12)
