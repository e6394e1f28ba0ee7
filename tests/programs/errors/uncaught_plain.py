# An uncaught exception through several frames, with a caret under each failing expression.
def inner(values):
    total = 0
    for v in values:
        total += 10 / v
    return total


def middle(x):
    return inner([5, 2, x]) + 1


class Wrapper:
    def run(self, x): return [middle(y) for y in x]


print("before")
Wrapper().run((1, 0))
