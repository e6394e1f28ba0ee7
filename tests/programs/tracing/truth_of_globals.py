# The truth of lists, dicts, sets and other objects that a function finds as globals, and that change.
left = [0] * 50
table = dict.fromkeys(range(50))
names = set(range(50))
data = bytearray(50)


def by_list():
    left.pop()
    return by_list() if left else "deep"


def by_dict():
    table.popitem()
    return [by_dict][0]() if table else "deep"


def by_set():
    names.pop()
    return max([1], key=lambda x: by_set()) if names else "deep"


def by_bytes():
    del data[-1]
    return str(by_bytes()) if data else "deep"


print(by_list(), by_dict(), by_set(), by_bytes())
stack = []
seen = 0
for i in range(3000):
    if not stack:
        stack.extend([i, i + 1])
        seen += 1
    stack.pop()
    while table:
        table.popitem()
    if i % 7 == 0:
        table[i] = i
    if table and stack or not names:
        names.add(i)
print(seen, len(stack), len(table), len(names))
