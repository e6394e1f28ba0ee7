print("deep body", __package__)
