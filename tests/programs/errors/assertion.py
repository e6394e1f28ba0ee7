# AssertionError with a rich message, in a function with defaults, with a tab in the line.
def check(value, limit=10):
	assert value < limit, f"value {value} is too big, limit {limit}"
	return value


check(5)
check(limit=3, value=50)
