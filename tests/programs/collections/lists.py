# list: every method and operator, aliasing, mutation while iterating, errors.
l = [3, 1, 2]
for op in ("l.append(4)", "l.extend([5, 6])", "l.extend('ab')", "l.extend(l[:1])", "l.insert(0, 'first')", "l.insert(-1, 'x')", "l.insert(100, 'end')", "l.insert(-100, 'start')", "l.pop()", "l.pop(0)", "l.pop(-2)", "l.remove('x')", "l.reverse()", "l.index(3)", "l.index(3, 1)", "l.count(3)", "l.copy()", "l.sort(key=str)", "l.sort()", "l += [1]", "l *= 2", "del l[0]", "del l[1:3]", "del l[::2]", "l[0] = 'new'", "l[1:1] = [7, 8, 9]", "l[:2] = []", "l[::2] = [0] * len(l[::2])", "l[-1] = -1", "l.clear()", "l.pop()", "l.pop(5)", "l.remove(1)", "l.index(1)", "l.extend(5)", "l.append()", "l.append(1, 2)", "l.insert(1)", "l.insert('a', 1)", "l.pop('a')", "l.sort(1)", "l.sort(cmp=1)", "l.sort(key=5)", "l.reverse(1)", "l[0]", "l[0] = 1", "del l[0]", "l += 5", "l + (1,)", "l * 'a'", "l * 1.0", "l[1:2] = 5", "l['a']", "l['a'] = 1", "del l['a']", "l.nothing", "l.x = 1", "list(5)", "list(1, 2)", "list(x=1)", "[1] < ['a']", "[1] == (1,)", "hash(l)", "l()", "-l", "l.index(1, 'a')", "l.copy(1)", "l.count()", "l.extend(l)", "[1, 2, 3].index(4)", "[1, 2].index(2, 0, 1)", "[[]] * 2", "l.__setitem__(0)", "l.__init__([1, 2])", "l.__init__('ab')", "l.__imul__(0)", "l.__iadd__('xy')", "l.__reversed__().__next__()", "l.__contains__('x')", "l.__delitem__(0)", "l.__len__()", "l.__eq__(5)", "list.append(5, 1)", "list.__new__(5)", "l.pop(True)", "[].pop(0)", "[1].pop(-2)", "[1, 2, 3][True]", "[1, 2, 3].pop(1.0)", "[0] * -1", "[1] * 2 + [3] * 2", "2 * [1, 'a']", "[1, 2] == [1, 2.0]", "[] == []", "[1, [2]] != [1, [2]]", "[1, 2] < [1, 2, 0]", "[2] > [1, 9]", "list('abc')", "list({'k': 1})", "list(range(3))", "[*l, *l]", "max([1, 5, 3])", "[None] * 3"):
    try:
        try: r = eval(op)
        except SyntaxError: exec(op); r = ""
        print(op, "=", repr(r), l)
    except Exception as e:
        print(op, "->", type(e).__name__, e)
rows = [[0] * 2] * 2
rows[0][0] = 1
print(rows, [[0] * 2 for _ in range(2)])
a = b = [1]
b.append(2); b = b + [3]; a += [9]
print(a, b)
l = [1]
l.append(l)
print(l, l[1][1][0], l == l, len(l))
try: print([l] == [[1, l]])
except RecursionError as e: print("RecursionError")


def mutations():
    out = []
    l = [1, 2, 3, 4]
    for x in l:
        if x == 2: l.remove(x)
        out.append(x)
    l2 = [1, 2, 3]
    for x in l2:
        if len(l2) < 6: l2.insert(0, x * 10)
        out.append(x)
        if len(out) > 12: break
    it = iter([1, 2, 3])
    l3 = [next(it), *it, *it]
    return out, l, l2, l3


print(mutations())


class Ev:
    def __init__(self, l, v): self.l, self.v = l, v
    def __eq__(self, o): self.l.clear(); return False
    def __repr__(self): return "Ev"


l = [1, 2, 3]
print(Ev(l, 1) in l, l)
l = [1, 2, 3]
try: l.remove(Ev(l, 1))
except ValueError as e: print(e, l)
l = [1, 2, 3]
try: l.index(Ev(l, 0))
except ValueError as e: print(e, l)
l = [1, 2]
print([Ev(l, 0)] == [1], l, l.count(Ev(l, 0)))


class Sub(list):
    def __getitem__(self, i): return "sub" if not isinstance(i, slice) else super().__getitem__(i)
    def __len__(self): return 77
    def __iter__(self): return iter("iterated")
    def append(self, x): super().append([x])


s = Sub([1, 2])
s.append(3)
print(s, len(s), list(s), s[0], s[1:], [*s], s + [4], list.__len__(s), list.__getitem__(s, 0), sorted(s)[:2], s.copy(), type(s.copy()).__name__, type(s * 2).__name__, s == [1, 2, [3]], s.index(2), s.pop(), bool(Sub()), reversed(s).__next__(), tuple(s)[:2], 2 in s)
big = list(range(1000))
del big[::3]; del big[10:-10]
print(big, sum(big))
big[5:10] = range(100)
print(len(big), big[5:8], big.index(50))
x = [5, 4, 3]
x[:], y = [1], x
print(x, y, x is y)
m = [[1, 2], [3, 4]]
print([list(r) for r in zip(*m)], sum(m, []), [e for r in m for e in r], m[::-1], [r[::-1] for r in m], [[i * j for j in range(3)] for i in range(3)])
stack, queue = [], [1, 2, 3]
for i in range(5): stack.append(i)
while stack: queue.insert(0, stack.pop())
print(queue, [queue.pop(0) for _ in range(3)], queue)
for source in ("[1, 2, 3, *[4, 5], *range(2)]", "[*'ab', *{}, *(), 1]", "[i := 5, i ** 2]", "[[], [[]], [[], []]]", "[lambda: 1][0]()", "[1, 2, 3][-2:]", "[1, 2, 3].__class__"): print(eval(source))
