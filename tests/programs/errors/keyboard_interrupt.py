# An uncaught KeyboardInterrupt ends the process by the signal's own way of dying.
def f():
    try:
        raise KeyboardInterrupt("pressed")
    finally:
        print("cleanup")


f()
