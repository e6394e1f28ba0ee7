# Exceptions raised while others are handled: "During handling" and "direct cause", mixed, three deep.
def low(): return {}["missing key"]


def mid():
    try:
        low()
    except KeyError as e:
        raise ValueError("bad value") from e


def high():
    try:
        mid()
    except ValueError:
        int("not a number")


def top():
    try:
        high()
    except ValueError as e:
        try:
            raise TypeError("inside the handler") from None
        except TypeError:
            raise RuntimeError("last one") from e


top()
