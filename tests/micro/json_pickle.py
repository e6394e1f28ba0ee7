import measure
measure.run(r"""
import json, pickle
data = {"name": "x" * 30, "list": list(range(200)), "floats": [i / 7 for i in range(50)], "nested": [{"a": i, "b": str(i), "c": None} for i in range(50)]}
text = json.dumps(data); dump = pickle.dumps(data)
class C:
    def __init__(self, x): self.x = x; self.y = [x]
objects = [C(i) for i in range(50)]; import __main__; __main__.C = C; C.__module__ = "__main__"
dumped = pickle.dumps(objects)
""", r"""
json_dumps: json.dumps(data)
json_dumps_indent: json.dumps(data, indent=1, sort_keys=True)
json_loads: json.loads(text)
pickle_dumps: pickle.dumps(data)
pickle_loads: pickle.loads(dump)
pickle_objects: pickle.dumps(objects)
unpickle_objects: pickle.loads(dumped)
""")
