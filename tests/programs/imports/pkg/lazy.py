real = "real"


def __getattr__(name):
    if name == "absent" or name.startswith("__"):
        raise AttributeError(f"lazy has no {name}")
    return "lazily " + name


def __dir__():
    return ["z", "listed"]
