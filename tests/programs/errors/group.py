# An exception group with nested groups, causes, notes and tracebacks inside.
def fail(n): raise ValueError(f"task {n}")


def collect():
    errors = []
    for n in range(3):
        try:
            fail(n)
        except ValueError as e:
            if n == 1: e.add_note("a note inside")
            errors.append(e)
    try:
        {}["k"]
    except KeyError as e:
        try:
            raise TypeError("caused") from e
        except TypeError as t:
            errors.append(ExceptionGroup("inner group", [t, OSError(2, "No such file", "f")]))
    g = ExceptionGroup("outer group", errors)
    g.add_note("group note")
    raise g


try:
    collect()
except* TypeError:
    raise RuntimeError("from the except* handler")
