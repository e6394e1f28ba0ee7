# With an audit hook of Python each event is told once, and nothing is made twice for it.
import io, sys
heard, on = [], False
def hook(event, args):
    if on and event in ('open', 'compile', 'exec', 'import', 'object.__setattr__', 'object.__getattr__'):
        heard.append((event, args[0] if isinstance(args[0], str) else type(args[0]).__name__))
sys.addaudithook(hook)
class Raw(io.FileIO):
    made = 0
    def __init__(self, *args, **kwargs):
        Raw.made += 1
        super().__init__(*args, **kwargs)
    def __del__(self):
        heard.append('deleted')
        super().__del__()
class Path:
    def __fspath__(self):
        heard.append('asked')
        return '/dev/null'
def opener(path, flags):
    heard.append('opened')
    import posix
    return posix.open(path, flags)
on = True
for make in (lambda: Raw('/dev/null'), lambda: Raw(Path()), lambda: Raw('/dev/null', opener=opener), lambda: open(Path()), lambda: open('/dev/null', opener=opener),
             lambda: eval('1'), lambda: exec('pass'), lambda: open('/dev/null', 'w', -1, None, None, None, False, lambda *a: 1)):
    try: made = make()
    except Exception as e: print(type(e).__name__, e)
    else:
        if hasattr(made, 'close'): made.close()
    made = None
    print(heard, Raw.made)
    heard.clear()
