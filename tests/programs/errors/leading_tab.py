	if 1:
