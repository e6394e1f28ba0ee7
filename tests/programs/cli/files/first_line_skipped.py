this line is skipped and may be anything at all (((
print("second line", __file__)
