if __name__ == "__main__":
    print("never when imported")
else:
    print("imported as", __name__)
