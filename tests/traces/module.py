"""`hotpy.trace`: the traces of the slides' two programs as objects, as a graph, as a page; statistics; switching off and on."""
# Options: -X trace-threshold=200
import os
import re
import sys
import tempfile

import hotpy.trace
from shared.slides import fact, fact_by_calls


def floats(n):
    x = 0.0
    for i in range(n):
        if i % 100 == 0:
            x += 1.5
        else:
            x -= 0.25
    return x


assert fact(1000) == fact_by_calls(1000)
assert floats(5000) == 50 * 1.5 - 4950 * 0.25
trees = {tree.name: tree for tree in hotpy.trace.traces()}
for name in ("fact", "fact_by_calls", "floats"):
    assert name in trees, sorted(trees)
    root = trees[name].traces[0]
    assert root.has_loop and root.end == "loop" and root.rounds > 500, (root, root.rounds)
    assert all(line > 0 for line, _ in root.body), root.body
# The call has left nothing behind.
bodies = [[text.split(" = ")[-1].split()[0] for _, text in trees[name].traces[0].body] for name in ("fact", "fact_by_calls")]
assert bodies[0] == bodies[1], bodies
# A branch that is taken rarely has a trace of its own, which goes back into the loop.
side = trees["floats"].traces[1]
assert side.parent == 0 and side.end == "link", side

with tempfile.TemporaryDirectory() as folder:
    graph, page = os.path.join(folder, "graph.gv"), os.path.join(folder, "graph.html")
    hotpy.trace.graph_snapshot(graph)
    hotpy.trace.html_snapshot(page)
    with open(graph) as f: graph = f.read()
    with open(page) as f: page = f.read()
assert graph.startswith("digraph") and graph.count("{") == graph.count("}"), graph[:200]
# A parser of as much of Graphviz's language as there is; every end of an edge is a node.
QUOTED = r'"(?:[^"\\]|\\.)*"'
VALUE = rf'(?:{QUOTED}|[\w#.]+)'
LIST = rf'\[(?:\w+={VALUE})(?:, \w+={VALUE})*\]'
NODE, EDGE = re.compile(rf'(\w+) {LIST};'), re.compile(rf'(\w+) -> (\w+)(?: {LIST})?;')
nodes, ends, open_blocks = set(), set(), 0
for line in map(str.strip, graph.splitlines()):
    if re.fullmatch(r'digraph \w+ \{|subgraph \w+ \{', line): open_blocks += 1
    elif line == "}": open_blocks -= 1
    elif match := EDGE.fullmatch(line): ends.update(match.groups())
    elif match := NODE.fullmatch(line): nodes.add(match[1])
    else: assert re.fullmatch(rf'(?:\w+={VALUE};? ?)+', line), line
assert open_blocks == 0 and ends <= nodes and len(ends) >= 8, (ends - nodes, len(ends))
for text in ("x = mul(x, n)", "while n > 1:", "guard.true", "trace 0:", "exit "):
    assert text in graph, text
assert "float.add" in page and 'data-line="' in page, page[:200]

before = hotpy.trace.stats()
assert before["root traces made"] >= 3 and before["traces entered"] > 0, before
hotpy.trace.disable()


def cold(n):
    s = 0
    for i in range(n): s += i
    return s


cold(5000)
fact(1000)
assert hotpy.trace.stats()["traces entered"] == before["traces entered"]
hotpy.trace.enable()
fact(1000)
assert hotpy.trace.stats()["traces entered"] > before["traces entered"]
sys.exit(0)
