# The flow of control through try, except, else, finally, in every combination with return, break, continue.
def run(kind):
    trail = []
    try:
        trail.append("try")
        if kind == "raise":
            raise ValueError("v")
        if kind == "type":
            raise TypeError("t")
        if kind == "return":
            return trail
    except ValueError as e:
        trail.append(f"except {e}")
    except (KeyError, TypeError) as e:
        trail.append(f"pair {type(e).__name__}")
        return trail
    else:
        trail.append("else")
    finally:
        trail.append("finally")
    trail.append("after")
    return trail


for kind in ("raise", "type", "return", "none"):
    print(kind, run(kind))


def finally_wins(kind):
    try:
        if kind == 0:
            return "try"
        if kind == 1:
            raise KeyError("lost")
        1 / (kind - 2)
    finally:
        if kind < 3:
            return "finally"
    return "normal"


print([finally_wins(k) for k in range(4)])


def loops():
    out = []
    for i in range(6):
        try:
            if i == 1:
                continue
            if i == 4:
                break
            out.append(i)
        finally:
            out.append(f"f{i}")
    while True:
        try:
            break
        finally:
            out.append("broken")
    for i in range(3):
        try:
            raise IndexError(i)
        except IndexError:
            if i == 1:
                continue
            out.append(f"e{i}")
        finally:
            out.append("x")
    for i in range(3):
        try:
            raise IndexError
        finally:
            out.append("swallow")
            if i < 2:
                continue
            break
    return out


print(loops())


def nested():
    try:
        try:
            raise ValueError(1)
        except KeyError:
            print("no")
        finally:
            print("inner finally")
            try:
                raise TypeError(2)
            except TypeError as e:
                print("inner", e, repr(e.__context__))
    except ValueError as e:
        print("outer", e, e.__context__)
    else:
        print("no")
    finally:
        print("outer finally")


nested()


def value_kept():
    x = 1
    try:
        return x
    finally:
        x = 2
        print("x is", x)


print(value_kept())


def reraise():
    try:
        try:
            raise OSError("first")
        except OSError:
            raise
    except OSError as e:
        print("again", e)
    try:
        raise
    except RuntimeError as e:
        print(e)


reraise()


def replaced():
    try:
        try:
            raise ValueError("a")
        finally:
            raise KeyError("b")
    except KeyError as e:
        return repr(e), repr(e.__context__)


print(replaced())


def gen():
    try:
        yield 1
        try:
            yield 2
        except ValueError:
            yield "caught"
        finally:
            yield "fin"
    finally:
        print("gen closed")


g = gen()
print(next(g), next(g), g.throw(ValueError), next(g))
g.close()


def matching():
    class Meta(type):
        def __instancecheck__(cls, x): print("never asked"); return True
        def __subclasscheck__(cls, x): print("never asked"); return True
    class E1(Exception, metaclass=Meta): pass
    for handler in (E1, Exception, (), ((KeyError,), ValueError), "text", (ValueError, 5), None, 1):
        try:
            try:
                raise ValueError("m")
            except handler:
                print("handled by", handler if handler != E1 else "E1")
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)


matching()


def handler_expression():
    def pick(tag, cls):
        print("evaluating", tag)
        return cls
    try:
        raise KeyError(1)
    except pick("a", ValueError):
        pass
    except pick("b", LookupError) as e:
        print("b", e)
    except pick("c", Exception):
        pass


handler_expression()
try: pass
except: print("no")
else: print("one line")
finally: print("done")
import sys
print(sys.exc_info())
