# Loops of modules, whose names are globals; of class bodies and of exec with a mapping of its own, whose names are not.
import sys

total, seen, other = 0, [], 5
for i in range(300):
    total += i * other
    if i % 50 == 0: seen.append((i, total))
    if i == 150: other = 1.5
    if i == 200: other = 7
    if i == 250: len = lambda x: -1
    if i == 260: del len
    if i > 240: seen.append(len("abc")) if i < 270 else None
print(total, seen, i)


def look():
    return i, total, sorted(k for k in globals() if not k.startswith("_"))[:3]


def change(n):
    global total, fresh
    total = n
    fresh = n + 1
    return total


for i in range(120):
    total += 1
    if i % 40 == 39: print(look(), change(i), total, fresh)
    total += 1
print(total, globals()["i"], locals() is globals(), "total" in vars(sys.modules["__main__"]))

for i in range(100):
    globals()["made"] = i
    made += 1
    if made != i + 1: print("wrong", made, i)
    locals()["kept"] = [made]
    kept.append(kept[0])
print(made, kept)

while total > 0:
    total -= 3
    if total % 2: continue
    try:
        if total % 7 == 0: raise KeyError(total)
    except KeyError as e:
        last = e.args[0]
print(total, last, "e" in globals())

for i in range(100):
    try:
        undefined if i % 30 == 29 else None
    except NameError as e:
        text = str(e)
    if i == 95: undefined = "now there is one"
print(text, undefined)

print([f"{x}{i}" for x in "ab"], sum(i for i in range(5)), i)


class C:
    names, count = [], 0
    for i in range(90):
        count += i
        names.append(i if i % 2 else total)
        if i == 60: total = "the class's own"
    last = names[-2:]


print(C.count, C.last, C.i, C.total, total, i)

code = """
for k in range(90):
    n = n + k
    if k == 50: n = n + g
result = n, k
"""
space = {"n": 1, "g": 1000}
exec(code, space)
print(space["result"], space["n"])
for mapping in ({"n": 2}, {"n": 2.5, "g": 1}):
    exec(code, {"g": 100}, mapping)
    print(mapping["result"], sorted(mapping))


class Logs(dict):
    def __init__(self, *args):
        super().__init__(*args)
        self.log = []

    def __getitem__(self, key):
        self.log.append(key)
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        self.log.append(key + "=")
        super().__setitem__(key, value)


logs = Logs({"n": 3})
exec(code, {"g": 5}, logs)
print(logs["result"], logs.log[:6], logs.log.count("k="))
try:
    exec(code, {"n": 1})
except NameError as e:
    print(e)
for n in range(3):
    exec("for j in range(60): n = j + n", globals() if n == 1 else {"n": n})
    print(n)
