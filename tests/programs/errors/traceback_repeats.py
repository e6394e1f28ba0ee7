# A traceback with many equal frames is shortened; different lines are not.
def even(n): return odd(n - 1) if n else 1 / 0
def odd(n): return even(n - 1)


def same(n):
    if n: return same(n - 1)
    even(3)


def grow(n):
    try: same(n)
    except ZeroDivisionError as e: raise ValueError(n) from e


grow(12)
