# No suggestion where none is near; an error without name and obj has none either.
import sys
for e in (NameError("name 'leng' is not defined", name="leng"), NameError("plain text"), AttributeError("text", name="append", obj=[]), AttributeError("text", name="apend", obj=[]), AttributeError("text", name="apend"), ImportError("text", name="sys", path=None), NameError("x", name=5), AttributeError("y", name=b"x", obj=1)):
    sys.excepthook(type(e), e, None)
qwertyuiop
