# A trace function that raises when it hears of an iterator's end: a loop goes on without it, a delegation fails.
import sys


def valued(n):
    for i in range(n):
        yield i
    return "value"


class Counter:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration("end")
        return self.n


def delegating(n):
    return (yield from valued(n))


def loop(make, n):
    total = 0
    for i in make(n):
        total += i
    return total, sys.gettrace() is None


def comprehension(make, n):
    return [i for i in make(n)], sys.gettrace() is None


def all_of(make, n):
    return list(make(n)), sys.gettrace() is None


def unpacked(make, n):
    a, b, c = make(3)
    return a, b, c, sys.gettrace() is None


for function in loop, comprehension, all_of, unpacked:
    for make in valued, Counter, delegating, range:
        heard = []

        def trace(frame, event, arg):
            if event == "exception":
                heard.append((frame.f_code.co_name, arg[0].__name__))
                raise KeyError("heard")
            return trace

        sys.settrace(trace)
        try:
            result = function(make, 3)
        except BaseException as e:
            result = type(e).__name__, e.args
        sys.settrace(None)
        print(function.__name__, make.__name__, result, heard)
