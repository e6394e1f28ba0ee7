import measure
measure.run(r"""
import random, operator, heapq, bisect
r = random.Random(7)
ints = [r.randrange(10**6) for _ in range(1000)]; floats = [r.random() for _ in range(1000)]; strings = [str(i) for i in ints]
pairs = [(i % 50, s) for i, s in zip(ints, strings)]; ordered = sorted(ints); objects = [{"k": i} for i in ints]
second = operator.itemgetter(1); mixed = [i if i % 2 else i / 3 for i in ints]
""", r"""
ints: sorted(ints)
floats: sorted(floats)
strings: sorted(strings)
tuples: sorted(pairs)
mixed: sorted(mixed)
ordered: sorted(ordered)
reverse: sorted(ints, reverse=True)
key_lambda: sorted(ints, key=lambda x: -x)
key_itemgetter: sorted(pairs, key=second)
key_len: sorted(strings, key=len)
key_dict: sorted(objects, key=lambda d: d["k"])
heap: heapq.nsmallest(10, ints)
min_key: min(pairs, key=second)
bisect: bisect.bisect(ordered, 5000)
""")
