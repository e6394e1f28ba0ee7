# Notes on exceptions, in several lines, on causes too, and notes that are not strings.
def f():
    e = ValueError("with notes")
    e.add_note("first note")
    e.add_note("second\nover two lines")
    e.add_note("")
    raise e


class Odd:
    def __str__(self): return "odd note"
    def __repr__(self): return "Odd()"


try:
    f()
except ValueError as e:
    n = KeyError("k")
    n.__notes__ = ["plain", 5, Odd(), None]
    raise n from e
