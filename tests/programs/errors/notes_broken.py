# __notes__ that is no sequence, or whose elements fail to become text.
class Bad:
    def __str__(self): raise ZeroDivisionError
    def __repr__(self): raise ZeroDivisionError


e = ValueError("main")
e.__notes__ = 42
try:
    raise e
except ValueError:
    k = KeyError("second")
    k.__notes__ = [Bad(), "fine"]
    raise k
