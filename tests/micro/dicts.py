import measure
measure.run(r"""
from collections import Counter, OrderedDict, defaultdict, deque
d = {str(i): i for i in range(1000)}; keys = list(d); small = {"a": 1, "b": 2}; s = set(range(1000)); t = set(range(500, 1500)); ints = dict.fromkeys(range(1000)); words = keys * 3
""", r"""
get: d["500"]
get_default: d.get("x", 3)
set_item: small["a"] = 5
contains: "500" in d
build: {"a": 1, "b": 2, "c": 3}
comprehension: {k: 1 for k in keys}
copy: d.copy()
update: {}.update(d)
items: [v for k, v in d.items()]
merge: d | small
keys_and: d.keys() & small.keys()
setdefault: d.setdefault("500", 0)
pop: small.pop("z", None)
from_pairs: dict(zip(keys, keys))
sorted_keys: sorted(d)
set_build: set(keys)
set_and: s & t
set_or: s | t
set_contains: 500 in s
frozen: frozenset(keys)
counter: Counter(words)
ordered: OrderedDict(d)
default: defaultdict(list)["x"].append(1)
deque: deque(keys, 10)
int_get: ints[500]
list_of: list(d)
""")
