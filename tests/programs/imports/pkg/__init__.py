"""The package's doc."""
print("pkg body", __name__)
value = 42
missing_default = __doc__[:3]
