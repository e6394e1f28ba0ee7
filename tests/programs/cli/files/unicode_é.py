print("é in the name", __file__)
