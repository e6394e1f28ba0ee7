# Audit hooks are called unobserved, unless they ask for it.
import sys

events = []

class Hook:
    def __init__(self): self.seen = []
    def __call__(self, event, args):
        if event.startswith("test."): self.seen.append((event, args))

quiet, loud = Hook(), Hook()
loud.__cantrace__ = True
sys.addaudithook(quiet)
sys.addaudithook(loud)

def trace(frame, event, arg):
    if frame.f_code is Hook.__call__.__code__: events.append((event, frame.f_locals["self"] is loud, frame.f_locals["event"]))
    return None

def work():
    sys.audit("test.one", 1)
    sys.audit("test.two", 2, 3)

sys.settrace(trace)
work()
sys.settrace(None)
print([e for e in events if e[2].startswith("test.")])
print(quiet.seen == loud.seen, quiet.seen)

events.clear()
def profile(frame, event, arg):
    if frame.f_code is Hook.__call__.__code__ and event == "call": events.append(frame.f_locals["event"])
sys.setprofile(profile)
work()
sys.setprofile(None)
print([e for e in events if e.startswith("test.")])
