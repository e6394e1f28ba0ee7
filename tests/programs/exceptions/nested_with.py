# An exception leaves with blocks and finally clauses, one inside the other, in one function and through several.


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        lines = []
        while tb is not None:
            lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
            tb = tb.tb_next
        print("exit", self.name, kind, lines)
        return self.swallow


def inner():
    with Manager(1):
        raise KeyError(1)


def middle():
    try:
        with Manager(2), Manager(3):
            with Manager(4):
                inner()
    finally:
        print("finally")


def outer():
    for i in range(3):
        try:
            with Manager(5):
                middle()
        except KeyError as e:
            print("caught", i, e)
    with Manager(6, swallow=True):
        with Manager(7):
            middle()
    print("swallowed")


def replaced():
    with Manager(8, swallow=True):
        try:
            inner()
        finally:
            with Manager(9):
                raise ValueError("in finally")


outer()
replaced()
try:
    with Manager(10):
        with Manager(11):
            inner()
except KeyError:
    print("end")
