import sys
sys.excepthook = lambda *a: print("handled:", a[0].__name__, a[1], sys.last_value if hasattr(sys, "last_value") else "no last_value", a[2].tb_frame.f_code.co_name)
def f(): raise LookupError("to the hook")
f()
