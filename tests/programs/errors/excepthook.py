# sys.excepthook replaced: it gets the exception; when it fails itself both are shown.
import sys


def hook(kind, value, tb):
    print("hook got", kind.__name__, value, tb.tb_lineno)
    if str(value) == "second":
        raise RuntimeError("the hook fails")


sys.excepthook = hook
raise ValueError("second")
