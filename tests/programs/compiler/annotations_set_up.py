# Where __annotations__ is made: interactive input, and annotations within compound statements.

for mode, source in [
    ("single", "a: int = 1"), ("single", "\n\nif 1:\n  a: int\n"), ("single", "def f():\n  a: int\n"), ("exec", "match 1:\n  case 1:\n    a: int = 1\n"),
    ("exec", "match 1:\n  case 2:\n    pass\n  case _:\n    for i in ():\n      b: str\n"), ("exec", "try: pass\nfinally:\n  with x as y:\n    c: int\n" if 0 else "try: pass\nfinally:\n  c: int\n"),
]:
    code = compile(source, "f", mode)
    print(repr(source), code.co_code.hex(), list(code.co_positions())[:3])
    namespace = {}
    exec(code, namespace)
    print(namespace.get("__annotations__"))

class C:
    match 5:
        case int():
            x: int = 3
print(C.__annotations__)
