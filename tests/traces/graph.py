"""The graph of the slides' two programs, and of pystone: Graphviz draws it; hot and cold, exits with counts, lines, links are in it."""
# Needs: dot
import contextlib
import io
import os
import re
import subprocess
import tempfile

import hotpy.trace
import test.pystone
from shared.slides import fact, fact_by_calls


def mixed(n):
    x = 0.0
    for i in range(n):
        if i % 100 == 0: x += 1.5
        else: x -= 0.25
        if i == n - 1: return x


for i in range(30): assert fact(1000) == fact_by_calls(1000)
mixed(20000)
with contextlib.redirect_stdout(io.StringIO()): test.pystone.main(3000)

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "graph.gv")
    hotpy.trace.graph_snapshot(path)
    with open(path) as f: graph = f.read()
    svg = subprocess.run(["dot", "-Tsvg", path], capture_output=True, text=True)
assert svg.returncode == 0 and not svg.stderr, svg.stderr
drawn = svg.stdout
nodes = re.findall(r'<g id="node\d+" class="node">\s*<title>(.*?)</title>', drawn)
edges = re.findall(r'<g id="edge\d+" class="edge">\s*<title>(.*?)</title>', drawn)
clusters = re.findall(r'<g id="clust\d+" class="cluster">', drawn)
trees = hotpy.trace.traces()
names = [t.name for t in trees]
assert {"fact", "fact_by_calls", "mixed", "proc_0"} <= set(names), names
assert len(clusters) >= len(graph.split("subgraph")) - 1 >= 4
assert len(nodes) == len(set(nodes)) and len(nodes) >= 2 * len(clusters), nodes
# Each loop has an edge to itself, with its rounds.
loops = [e for e in edges if e.split("&#45;&gt;")[0] == e.split("&#45;&gt;")[1]]
assert len(loops) >= 4, edges
for text in ("x *= n", "x = mul(x, n)", "def mul(a, b): return a * b", "while n &gt; 1:", "entries", "rounds", "exit "):
    assert text.replace(" ", "&#160;") in drawn or text in drawn, text
# Hot and cold are told apart; exits have counts; side traces lead back into their loop.
assert "#b03020" in drawn and "#3050a0" in drawn
assert re.search(r'style=dashed, label="exit \d+: [1-9]', graph)
assert re.search(r't(\d+)_[1-9]\d* -> t\1_0 \[', graph)
# Nothing in the graph is off the page of a reader: no line of a label is longer than a screen.
assert max(len(line) for label in re.findall(r'label="(.*?)"\]', graph) for line in label.split("\\l")) < 200
