# PyFile_SetOpenCodeHook: C code that opens code for everybody, for ever.
import sys
sys.path.insert(0, sys.argv[1])
import _io
import importlib.machinery
import opening

events = []
sys.addaudithook(lambda event, args: event == "setopencodehook" and events.append(args))
opened = []
opening.hook(opened)
try: opening.hook([])
except SystemError as e: print(e)
print(_io.open_code("no such file").read(), events)
try: _io.open_code(3)
except TypeError as e: print(type(e).__name__)
loader = importlib.machinery.SourceFileLoader("anything", "/no/such/place.py")
print(loader.get_data("/no/such/place.py"), [path for path in opened if "such" in path])
with open(__file__, "rb") as f: print(f.readline()[:8])
