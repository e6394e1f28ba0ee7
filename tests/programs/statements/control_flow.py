# if, elif, else, while, for, break, continue, else clauses, pass, nested in each other.
def classify(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    elif n % 2:
        pass
    else:
        return "even"
    return "odd"


print([classify(n) for n in range(-2, 5)])


def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
            steps += 1
            continue
        n = 3 * n + 1
        steps += 1
        if steps > 1000:
            break
    else:
        return steps
    return -1


print([collatz(n) for n in range(1, 30)])


def search(items, wanted):
    for index, item in enumerate(items):
        if item is None:
            continue
        if item == wanted:
            print("found at", index)
            break
    else:
        print("not found", wanted)
        index = None
    return index


print(search([1, None, 2], 2), search([1, None, 2], 3), search([None], 1))

for x in ():
    print("never")
else:
    print("else of an empty loop")

while False:
    print("never")
else:
    print("else of while False")

while 1:
    break
else:
    print("never")


def nested():
    out = []
    for i in range(5):
        for j in range(5):
            if j > i:
                break
            if (i + j) % 3 == 0:
                continue
            while True:
                out.append((i, j))
                if len(out) % 4 == 0:
                    break
                if j:
                    break
                j += 1
        else:
            out.append("full %d" % i)
            continue
        out.append("cut %d" % i)
    return out


print(nested())

# The loop variable stays, and can be changed without harm.
for i in range(3):
    print(i, end=" ")
    i = 100
print(i)

# The iterable is evaluated once; a list grown during the loop is seen.
items = [1, 2]
for item in items:
    if len(items) < 6:
        items.append(item * 10)
print(items)

items = list(range(10))
for item in items:
    items.remove(item)
print(items)


def early(n):
    for i in range(n):
        for j in range(n):
            try:
                if i * j == 6:
                    return i, j
            finally:
                if i * j == 6:
                    print("leaving at", i, j)
    return None


print(early(3), early(4))

if 1: print("one"); print("line")
while items: items.pop(); print(len(items), end=";")
print()
if "" or [] or {} or 0 or 0.0 or None or () or set() or range(0) or b"": print("never")
elif not "" and not 0j: print("all falsy")
