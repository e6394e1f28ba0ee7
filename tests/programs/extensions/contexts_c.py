# Contexts over many variables: copies share what they have in common, views step once, hashes collide, values keep their context alive.
import contextvars, gc, weakref

names = [contextvars.ContextVar("v%d" % i) for i in range(200)]
base = contextvars.copy_context()


def fill(start, step):
    for i in range(start, 200, step):
        names[i].set(i * step)


one = base.copy()
one.run(fill, 0, 1)
two = one.copy()
two.run(fill, 1, 7)
print(len(base), len(one), len(two), one == two, one == one.copy(), base == contextvars.Context())
print([one[v] for v in names[:10]], [two[v] for v in names[:10]], sum(one.values()), sum(two.values()))
print(sorted(v.name for v in two)[:5], sorted((v.name, n) for v, n in two.items())[-3:])
keys = two.keys()
print(type(keys).__name__, iter(keys) is keys, len(keys), len(list(keys)), len(list(keys)), len(keys), type(iter(two)).__name__)
print(type(two.items()).__name__, type(two.values()).__name__)


def forget():
    tokens = [names[i].set("new") for i in range(0, 200, 2)]
    for i, token in enumerate(tokens):
        names[2 * i].reset(token)
    fresh = contextvars.ContextVar("fresh")
    token = fresh.set(1)
    inside = len(contextvars.copy_context())
    fresh.reset(token)
    return inside, fresh.get("none"), names[4].get()


print(two.run(forget), len(two), two == one.copy(), [two[v] for v in names[:10]])
print(names[3] in two, contextvars.ContextVar("other") in two, two.get(names[3]), two.get(contextvars.ContextVar("x"), "default"))
for bad in (lambda: two["v1"], lambda: "v1" in two, lambda: two.get(5), lambda: two[contextvars.ContextVar("gone")] if False else base[names[0]]):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, str(e).split(" at 0x")[0])


class Held:
    pass


held = Held()
seen = weakref.ref(held)
cyclic = contextvars.copy_context()
held.context = cyclic
cyclic.run(names[0].set, held)
del held, cyclic
gc.collect()
print(seen())
iterator = iter(one.copy().items())
gc.collect()
print(sum(1 for _ in iterator))
generations = [contextvars.copy_context()]
for i in range(300):
    generations.append(generations[-1].copy())
    generations[-1].run(names[i % 50].set, i)
print([len(c) for c in generations[::60]], [c[names[0]] for c in generations[60::60]])
