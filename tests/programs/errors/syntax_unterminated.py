def f():
    return "never closed
