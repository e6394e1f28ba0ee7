import sys
def f():
    try: sys.exit(300 + 7)
    except SystemExit as e:
        print(e.code)
        raise
f()
