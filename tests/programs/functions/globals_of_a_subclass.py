# Functions whose globals are of a subclass of dict: each look-up of a global asks it, those by LOAD_NAME do not.
class Globals(dict):
    asked = []
    def __missing__(self, key):
        if key.startswith('_number_'):
            return int(key.removeprefix('_number_'))
        raise KeyError(key)

code = "lambda: " + "+".join(f"_number_{i}" for i in range(300))
total = eval(code, Globals())
for _ in range(30):
    assert total() == sum(range(300))
print(total(), eval(code, Globals())())

class Loud(dict):
    def __getitem__(self, key):
        if key in ('broken', '__builtins__'): raise ZeroDivisionError(key)
        asked.append(key)
        return dict.__getitem__(self, key)
asked = []
space = Loud(x=1)
exec("def f():\n global y\n y = 2\n return x, y, len([])\ndef g(): return nowhere\ndef h(): return broken", space)
print(space['f'](), asked)
for name in 'g', 'h':
    try: space[name]()
    except Exception as e: print(type(e).__name__, e)
asked.clear()
print(eval("x, len", space), asked)
asked.clear()
print(eval("[x for _ in (1, 2)]", space), asked)
asked.clear()
for _ in range(100): space['f']()
print(len(asked))
