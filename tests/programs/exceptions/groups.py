# Exception groups: construction, split, subgroup, derive, except*, nesting, naked exceptions, re-raising.
def show(e, depth=0):
    pad = "  " * depth
    if isinstance(e, BaseExceptionGroup):
        print(f"{pad}{type(e).__name__} {e.message!r} notes={getattr(e, '__notes__', None)}")
        for x in e.exceptions: show(x, depth + 1)
    else:
        print(f"{pad}{e!r}")


eg = ExceptionGroup("top", [ValueError(1), TypeError("t"), ExceptionGroup("inner", [ValueError(2), KeyError("k")]), OSError(2, "No")])
show(eg)
print(eg, repr(eg), eg.args, eg.message, len(eg.exceptions))
for cond in (ValueError, (ValueError, OSError), lambda e: isinstance(e, KeyError), ExceptionGroup, Exception, MemoryError, lambda e: False, lambda e: True, lambda e: "truthy"):
    match, rest = eg.split(cond)
    print("split"); show(match); show(rest); print("subgroup"); show(eg.subgroup(cond))
for bad in (lambda: ExceptionGroup(), lambda: ExceptionGroup("m"), lambda: ExceptionGroup("m", []), lambda: ExceptionGroup("m", 5), lambda: ExceptionGroup(5, [ValueError()]), lambda: ExceptionGroup("m", [5]), lambda: ExceptionGroup("m", [ValueError]), lambda: ExceptionGroup("m", [KeyboardInterrupt()]),
            lambda: ExceptionGroup("m", [ValueError()], 3), lambda: eg.split(5), lambda: eg.split(), lambda: eg.subgroup(int), lambda: eg.split((ValueError, 5)), lambda: setattr(eg, "message", 1), lambda: setattr(eg, "exceptions", ()), lambda: ExceptionGroup("m", "ab"), lambda: eg.split(lambda e: 1 / 0), lambda: eg.derive(5)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__, ExceptionGroup.__mro__, ExceptionGroup("t", (ValueError(),)).exceptions, ExceptionGroup[int])


def run(exc):
    log = []
    try:
        try:
            raise exc
        except* ValueError as e:
            log.append(("VE", type(e).__name__, [repr(x) for x in e.exceptions]))
        except* (TypeError, KeyError) as e:
            log.append(("TK", [repr(x) for x in e.exceptions]))
            if any("raise" in str(x) for x in e.exceptions): raise RuntimeError("from handler")
        except* OSError:
            log.append("OS")
            raise
        else:
            log.append("else")
        finally:
            log.append("finally")
    except BaseException as e:
        log.append("escaped")
        print(log); show(e)
        print("   context", repr(e.__context__), "cause", repr(e.__cause__))
    else:
        print(log)


for exc in (ValueError("naked"), KeyError("naked"), ZeroDivisionError("not handled"), KeyboardInterrupt(), OSError(1, "re-raised"), TypeError("raise"), eg, ExceptionGroup("all handled", [ValueError(1), TypeError(2)]), ExceptionGroup("partly", [ValueError(1), ZeroDivisionError(3)]),
            ExceptionGroup("os", [OSError(5, "x"), ValueError(4), IndexError(6)]), ExceptionGroup("raising", [TypeError("raise"), IndexError("left")]), BaseExceptionGroup("base", [KeyboardInterrupt(), ValueError(1)]), ExceptionGroup("n", [ExceptionGroup("n2", [ExceptionGroup("n3", [KeyError("deep"), ArithmeticError()])])])):
    run(exc)


def nothing():
    try: x = 1
    except* ValueError: print("no")
    else: print("else")
    finally: print("finally")


nothing()


def loops():
    for i in range(3):
        try:
            if i: raise ExceptionGroup("g", [ValueError(i)])
        except* ValueError as e:
            print(i, e.exceptions)
    try: e
    except NameError as x: print(x)


loops()


class MyGroup(ExceptionGroup):
    def __new__(cls, message, excs, code=0):
        self = super().__new__(cls, message, excs)
        self.code = code
        return self
    def derive(self, excs): return MyGroup(self.message, excs, self.code)


class NoDerive(ExceptionGroup): pass


for cls in (MyGroup, NoDerive):
    g = cls("m", [ValueError(1), TypeError(2)])
    if cls is MyGroup: g.code = 5
    g.add_note("note")
    a, b = g.split(ValueError)
    print(type(a).__name__, type(b).__name__, getattr(a, "code", None), a.__notes__, a.__notes__ is g.__notes__)


class BadDerive(ExceptionGroup):
    def derive(self, excs): return 5


try: BadDerive("m", [ValueError(), TypeError()]).split(ValueError)
except TypeError as e: print(e)
for handler in ("ExceptionGroup", "5", "(ValueError, ExceptionGroup)", "BaseExceptionGroup", "()", "'x'", "int"):
    try:
        exec(f"try: raise ValueError(1)\nexcept* {handler}: print('handled')")
    except BaseException as e:
        print(handler, type(e).__name__, e)
for source in ("try: pass\nexcept* : pass", "try: pass\nexcept* ValueError: pass\nexcept TypeError: pass", "try: pass\nexcept ValueError: pass\nexcept* TypeError: pass", "for i in x:\n try: pass\n except* ValueError: break", "def f():\n try: pass\n except* ValueError: return", "for i in x:\n try: pass\n except* V: continue"):
    try: compile(source, "s", "exec"); print("ok")
    except SyntaxError as e: print(e.msg)


def context_kept():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError as e:
        import sys
        print(type(sys.exc_info()[1]).__name__, sys.exc_info()[1] is e)
        try: raise KeyError("inner")
        except KeyError as k: print(repr(k.__context__))
    except* TypeError as e:
        print("typed", repr(e))
try: context_kept()
except BaseException as e: show(e)
