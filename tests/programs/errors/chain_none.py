# `from None` hides the context; a context that is in the chain twice is shown once.
def a():
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError("shown alone") from None


try:
    a()
except KeyError as e:
    first = e
try:
    raise first
except KeyError as e:
    e.__context__ = ValueError("context set by hand")
    e.__suppress_context__ = False
    raise OSError(5, "Input/output error", "some/file") from e
