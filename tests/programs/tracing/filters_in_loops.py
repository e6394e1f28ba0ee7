"""filter() over iterators of all kinds, with functions that raise, change, end the loop, or change what is filtered."""


def odd(x):
    return x % 2


class Truth:
    def __init__(self, answer):
        self.answer = answer

    def __bool__(self):
        return self.answer


def total(items, function):
    n = 0
    for x in filter(function, items):
        n += x
    return n


def all_of(items, function):
    return list(filter(function, items)), sum(filter(function, items)), [x for x in filter(function, items)]


def generated(n):
    for i in range(n):
        yield i


for items in (range(40), list(range(40)), tuple(range(40)), {i: i for i in range(40)}, bytes(range(40))):
    print(total(items, odd), total(items, None), total(items, bool), total(items, lambda x: Truth(x % 3 == 0)), *all_of(items, odd)[1:2])
print(total(generated(40), odd), total(filter(odd, range(40)), lambda x: x % 3), total(map(int, "123456789" * 4), odd))
print(list(filter(str.isdigit, "a1b2c3" * 5)), list(filter(lambda c: c > "a", "a1b2c3" * 5)))


def raises(x):
    if x == 33:
        raise ValueError(x)
    return x > 30


def stops(x):
    if x == 35:
        raise StopIteration
    return x > 30


for function in (raises, stops):
    seen = []
    try:
        for x in filter(function, range(50)):
            seen.append(x)
        print("end")
    except ValueError as error:
        print("raised", error, error.__traceback__.tb_next.tb_frame.f_code.co_name)
    print(seen)

items = list(range(30))


def removes(x):
    if x % 5 == 0 and items:
        items.pop()
    return x % 3


print(list(filter(removes, items)), items)
items = [object() for _ in range(30)]
print(len(list(filter(lambda x: items.clear() or True, items))))


def changing(n):
    found = []
    for x in filter(odd, range(n)):
        found.append(x)
        if x == 31:
            odd.__code__ = (lambda x: x % 2 == 0).__code__
    return found


print(changing(50))
print(next(filter(odd, range(1, 9))), next(filter(odd, ()), "none"))
it = filter(odd, iter(range(60)))
for x in it:
    if x == 40:
        break
print(x, list(it)[:3])
