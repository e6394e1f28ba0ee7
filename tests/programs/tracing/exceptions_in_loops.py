"""Exceptions raised and caught in hot loops: what is seen of them, whatever of their tracebacks the trace has put off."""
import sys
import traceback


class Odd(Exception): pass
class Odder(Odd): pass
class Noted(Exception):
    def __init__(self, n):
        super().__init__(f"note {n}")
        self.n = n


class Logged:
    """Tells when it goes."""
    def __init__(self, log, n): self.log, self.n = log, n
    def __del__(self): self.log.append(self.n)


def entries(tb):
    """Functions, lines and locals of a traceback."""
    out = []
    while tb is not None:
        f = tb.tb_frame
        names = {k: v for k, v in f.f_locals.items() if isinstance(v, (int, str))}
        out.append((f.f_code.co_name, tb.tb_lineno - f.f_code.co_firstlineno, tb.tb_lasti, sorted(names.items()),
                    f.f_back is None or f.f_back.f_code.co_name))
        tb = tb.tb_next
    return out


def check(i):
    if i & 1: raise Odd(i)
    return i


def plain(n):
    good = odd = missing = 0
    table = {i: i for i in range(0, 100, 3)}
    for i in range(n):
        try: good += check(i >> 2)
        except Odd: odd += 1
        try: table[i % 100]
        except KeyError: missing += 1
    return good, odd, missing


def deeper(i, depth):
    local = i * 10 + depth
    if depth == 0: return check(i)
    return deeper(i, depth - 1) + local


def named(n):
    """The exception has a name, and is asked for what it knows."""
    total, texts = 0, []
    for i in range(n):
        try: total += deeper(i, 2)
        except Odd as e:
            total += e.args[0]
            if i % 100 == 99: texts.append((str(e), repr(e)))
    return total, texts


def looked_at(n):
    """Now and then somebody looks at the traceback, in several ways."""
    seen = []
    for i in range(n):
        try: deeper(i, 2)
        except Odd as e:
            if i == 301: seen.append(entries(e.__traceback__))
            if i == 303: seen.append(entries(sys.exc_info()[2]))
            if i == 305: seen.append([line.strip() for line in traceback.format_exc().split("\n") if "File" not in line])
            if i == 307: seen.append((sys.exc_info()[0], sys.exc_info()[1] is e, sys.exception() is e if hasattr(sys, "exception") else True))
    return seen


def kept(n):
    """Exceptions that outlive their handlers have their tracebacks."""
    all = []
    for i in range(n):
        try: check(i)
        except Odd as e:
            if i > n - 6: all.append(e)
    return [(e.args, entries(e.__traceback__)) for e in all]


def kept_under_another_name(n):
    last = None
    for i in range(n):
        try: check(i)
        except Odd as e: last = e
    return last.args, entries(last.__traceback__)


def by_class(n):
    """Handlers are chosen by class; others pass by."""
    counts = [0] * 6
    for i in range(n):
        try:
            try:
                if i % 5 == 0: raise Odder
                if i % 5 == 1: raise Odd
                if i % 5 == 2: raise ValueError(i)
                if i % 5 == 3: {}[i]
                [][i]
            except Odder: counts[0] += 1
            except (KeyError, Odd): counts[1] += 1
            except ValueError as e: counts[2] += e.args[0] % 2
        except LookupError: counts[3] += 1
        else: counts[4] += 1
    return counts


def operations(n):
    """Operators, items and builtins that raise."""
    counts = {}
    table, items, text = {1: 2}, [1, 2, 3], "abc"
    for i in range(n):
        k = i % 9
        try:
            if k == 0: table[i + 7]
            elif k == 1: items[i + 7]
            elif k == 2: 1 // (i - i)
            elif k == 3: int("x%d" % i)
            elif k == 4: text + k
            elif k == 5: items.index(i + 7)
            elif k == 6: del table[i + 7]
            elif k == 7: items.remove(i + 7)
            else: text[i + 7]
        except Exception as e:
            key = type(e).__name__, str(e)[:12]
            counts[key] = counts.get(key, 0) + 1
    return sorted(counts.items())[:30]


def chained(n):
    """Context and cause; an exception in a handler."""
    seen = []
    for i in range(n):
        try:
            try: check(i | 1)
            except Odd as e:
                if i % 2: raise ValueError("from") from e
                raise KeyError(i)
        except (ValueError, KeyError) as e:
            if i in (400, 401):
                c = e.__context__
                seen.append((repr(e), repr(c), e.__cause__ is c, e.__suppress_context__, entries(e.__traceback__), entries(c.__traceback__)))
    return seen


def again(n):
    """Raised again, with and without a name."""
    total, seen = 0, []
    for i in range(n):
        try:
            try: check(i)
            except Odd as e:
                total += 1
                if i % 4 == 1: raise
                raise e
        except Odd as e:
            if i in (301, 303): seen.append(entries(e.__traceback__))
    return total, seen


def one_object(n):
    """The same exception each time: its traceback grows."""
    e, length = Odd("one"), 0
    for i in range(n):
        try: raise e
        except Odd as caught:
            if i % 50 == 49: caught.__traceback__ = None
    tb = e.__traceback__
    while tb: length, tb = length + 1, tb.tb_next
    return length


def finalised(n):
    """When the values go that only a traceback keeps."""
    log = []

    def inner(i):
        mine = Logged(log, i)
        if i % 3 == 0: raise Odd(Logged(log, -i))

    for i in range(1, n):
        try: inner(i)
        except Odd:
            log.append("handler")
        log.append("next")
    return len(log), log[-24:]


def finally_and_else(n):
    counts = [0, 0, 0]
    for i in range(n):
        try:
            try: check(i)
            finally: counts[0] += 1
        except Odd: counts[1] += 1
        else: counts[2] += 1
    return counts


def generators(n):
    """Raised within a generator, and by `next`."""
    def some(k):
        for i in range(k):
            if i == 5: raise Odd(i)
            yield i
    total = 0
    for i in range(n):
        try:
            for x in some(i % 8): total += x
        except Odd as e: total += e.args[0] * 100
        try: next(iter(()))
        except StopIteration: total += 1
    return total


def in_methods(n):
    class Table:
        def __init__(self): self.d = {i: i for i in range(0, 50, 2)}
        def __getitem__(self, k):
            try: return self.d[k]
            except KeyError: raise IndexError(k) from None
        def get(self, k):
            try: return self[k]
            except IndexError: return -1
    t, total = Table(), 0
    for i in range(n): total += t.get(i % 50)
    return total


def own_init(n):
    total = 0
    for i in range(n):
        try: raise Noted(i)
        except Noted as e: total += e.n + len(str(e))
    return total


def in_handler(n):
    """What is handled, as seen from below the handler, and after it."""
    def who(): return sys.exc_info()[1]
    seen = set()
    for i in range(n):
        try: check(i)
        except Odd: seen.add(type(who()))
        seen.add(type(who()))
    return sorted(map(str, seen))


def uncaught(n):
    for i in range(n):
        try: check(i)
        except Odd:
            if i == n - 1: check(i)


for function in (plain, named, looked_at, kept, kept_under_another_name, by_class, operations, chained, again, one_object, finalised,
                 finally_and_else, generators, in_methods, own_init, in_handler):
    result = function(600)
    print(function.__name__, result)
uncaught(400)
