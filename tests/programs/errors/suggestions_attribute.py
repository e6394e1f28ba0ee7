# The suggestion of an uncaught AttributeError; the object has a __dir__ of its own.
class Proxy:
    def __dir__(self): return ["settings", "session", 5, "other"]
    def __getattr__(self, name): raise AttributeError(f"no {name}", name=name, obj=self)


class Broken:
    def __dir__(self): raise ValueError


try:
    Broken().sesion
except AttributeError as e:
    print(e)
Proxy().sesion
