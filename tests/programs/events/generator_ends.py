# What a trace function hears when loops and delegations end with a value.
import sys

def empty():
    yield 1

def valued():
    yield 1
    return 2

def delegating():
    x = yield from valued()
    yield from empty()
    return x

def work():
    for i in empty():
        pass
    for i in valued():
        pass
    for i in delegating():
        pass
    [i for i in valued()]
    it = delegating()
    try:
        while True: next(it)
    except StopIteration as e: print(e.value)

def trace(frame, event, arg):
    if event == "exception": arg = arg[0].__name__, arg[1].args
    print(frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, event, arg)
    return trace

sys.settrace(trace)
work()
sys.settrace(None)
