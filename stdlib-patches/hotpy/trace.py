"""What the tracer has made of the program so far.

    >>> import hotpy.trace
    >>> hotpy.trace.graph_snapshot("graph.gv")     # the traces as a graph, for Graphviz
    >>> hotpy.trace.html_snapshot("graph.html")    # the same to click through
    >>> hotpy.trace.stats()["root traces made"]
    3
    >>> for tree in hotpy.trace.traces(): print(tree.name, len(tree.traces))

A tree is a loop's root trace with the side traces that start at its exits. `enable()` and `disable()` switch tracing.
"""

import _hotpy

__all__ = ["traces", "stats", "graph_snapshot", "html_snapshot", "enable", "disable", "Tree", "Trace", "Exit"]


class Tree:
    """A loop: `name` and `file` of its code, `line`, `size` in bytes, `traces` (the root first)."""

    def __init__(self, name, file, line, size):
        self.name, self.file, self.line, self.size = name, file, int(line), int(size)
        self.traces = []

    def __repr__(self):
        return f"<Tree {self.name}:{self.line}, {len(self.traces)} traces>"


class Trace:
    """Instructions: `preamble` and `body` are lists of (source line, text); `exits`; how often it was entered, and went round."""

    def __init__(self, number, parent, exit, entries, rounds):
        self.number, self.entries, self.rounds = int(number), int(entries), int(rounds)
        self.parent = int(parent) if parent else None
        self.parent_exit = int(exit)
        self.preamble, self.body, self.exits, self.end = [], [], [], ""
        self.has_loop = False

    @property
    def code(self):
        return self.preamble + self.body

    def __repr__(self):
        return f"<Trace {self.number}, {len(self.code)} instructions, {self.rounds} rounds>"


class Exit:
    """An exit that was taken: its `number`, how often the interpreter went on there (`count`), the `side` trace's number, the source `line`."""

    def __init__(self, number, count, side, line):
        self.number, self.count, self.line = int(number), int(count), int(line)
        self.side = int(side) if side else None

    def __repr__(self):
        return f"<Exit {self.number}, {self.count} times>"


def traces():
    """All trees in the cache."""
    trees = []
    for line in _hotpy.trace_snapshot().splitlines():
        kind, *fields = line.split("\t")
        if kind == "tree":
            trees.append(Tree(*fields[1:]))
            continue
        if kind == "trace":
            trees[-1].traces.append(Trace(*fields))
            continue
        trace = trees[-1].traces[-1]
        if kind == "loop":
            trace.has_loop = True
        elif kind == "code":
            (trace.body if trace.has_loop else trace.preamble).append((int(fields[0]), fields[1]))
        elif kind == "exit":
            trace.exits.append(Exit(*fields))
        elif kind == "end":
            trace.end = fields[0]
    return trees


def stats():
    """The counters of `-X trace-stats`, by name."""
    out = {}
    for line in _hotpy.trace_stats().splitlines():
        name, _, number = line.rpartition(" ")
        out[name.strip()] = int(number)
    return out


def enable():
    """Switches tracing on."""
    _hotpy.trace_enable(True)


def disable():
    """Switches tracing off; traces that exist are kept, and not entered."""
    _hotpy.trace_enable(False)


def _source(file, cache={}):
    if file not in cache:
        try:
            with open(file, encoding="utf-8") as f:
                cache[file] = f.read().splitlines()
        except (OSError, ValueError):
            cache[file] = []
    return cache[file]


def _lines(tree, code):
    """Instructions with the source line before those that come from it."""
    source, last, out = _source(tree.file), None, []
    for line, text in code:
        if line != last:
            last = line
            shown = source[line - 1].strip() if 0 < line <= len(source) else ""
            out.append(f"{line}: {shown}")
        out.append("    " + text)
    return out


def _quote(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _label(lines):
    return "".join(_quote(line) + "\\l" for line in lines)


def graph_snapshot(path):
    """Writes the trace graph for Graphviz: blocks of instructions with their source lines, exits with counts, side traces; hot red, cold blue."""
    out = ["digraph traces {", "    node [shape=box, fontname=monospace, fontsize=9];", "    edge [fontname=monospace, fontsize=9];"]
    for n, tree in enumerate(traces()):
        out.append(f"    subgraph cluster_{n} {{")
        out.append(f'        label="{_quote(tree.name)} ({_quote(tree.file)}:{tree.line})";')
        most = max([t.rounds for t in tree.traces] + [1])
        for trace in tree.traces:
            me = f"t{n}_{trace.number}"
            colour = "red" if trace.rounds * 10 >= most else "blue"
            head = [f"trace {trace.number}: {trace.entries} entries, {trace.rounds} rounds"]
            if trace.has_loop:
                out.append(f'        {me}_p [color={colour}, label="{_label(head + _lines(tree, trace.preamble))}"];')
                out.append(f'        {me} [color={colour}, penwidth=2, label="{_label(_lines(tree, trace.body))}"];')
                out.append(f"        {me}_p -> {me};")
                out.append(f'        {me} -> {me} [color={colour}, label="{trace.rounds}"];')
            else:
                out.append(f'        {me} [color={colour}, label="{_label(head + _lines(tree, trace.code))}"];')
                if trace.end == "link":
                    out.append(f'        {me} -> t{n}_0 [color={colour}, label="{trace.rounds}"];')
                else:
                    out.append(f'        {me}_end [shape=ellipse, label="line {trace.end.split()[-1]}"];')
                    out.append(f"        {me} -> {me}_end;")
            for exit in trace.exits:
                if exit.side is not None:
                    out.append(f'        {me} -> t{n}_{exit.side} [label="exit {exit.number}"];')
                if exit.count:
                    out.append(f'        {me}_x{exit.number} [shape=ellipse, label="line {exit.line}"];')
                    out.append(f'        {me} -> {me}_x{exit.number} [style=dashed, label="exit {exit.number}: {exit.count}"];')
        out.append("    }")
    out.append("}")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Traces</title><style>
body { font: 13px/1.4 monospace; margin: 1em; }
.tree { display: flex; gap: 2em; border-top: 2px solid #888; padding: .5em 0; }
.source, .traces { flex: 1; overflow: auto; }
.line { cursor: pointer; white-space: pre; } .line.none { color: #999; cursor: default; }
.trace { border: 1px solid #ccc; margin: .3em 0; padding: .3em; } .hot { border-color: #c00; } .cold { border-color: #00c; }
.inst { white-space: pre; } .inst.on, .line.on { background: #fe9; } .exit { white-space: pre; color: #060; }
</style></head><body><h1>Traces</h1>
BODY
<script>
document.addEventListener("click", function (event) {
    var line = event.target.closest("[data-line]");
    if (!line) return;
    var tree = line.closest(".tree"), all = tree.querySelectorAll("[data-line]"), first = null;
    all.forEach(function (e) {
        var on = e.dataset.line === line.dataset.line;
        e.classList.toggle("on", on);
        if (on && !first && e.parentNode !== line.parentNode) first = e;
    });
    if (first) first.scrollIntoView({ block: "nearest" });
});
</script></body></html>
"""


def html_snapshot(path):
    """Writes the traces as one page: a click on a source line marks the instructions made of it, and the other way round."""
    def escape(text):
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    out = []
    for n, tree in enumerate(traces()):
        source = _source(tree.file)
        used = {line for t in tree.traces for line, _ in t.code if 0 < line <= len(source)}
        out.append(f"<h2>{escape(tree.name)} <small>{escape(tree.file)}:{tree.line}</small></h2><div class=tree><div class=source>")
        for line in range(max(1, min(used, default=1) - 2), min(len(source), max(used, default=0) + 2) + 1):
            mark = f'class=line data-line="{line}"' if line in used else 'class="line none"'
            out.append(f"<div {mark}>{line:5} {escape(source[line - 1])}</div>")
        out.append("</div><div class=traces>")
        most = max([t.rounds for t in tree.traces] + [1])
        for trace in tree.traces:
            kind = "hot" if trace.rounds * 10 >= most else "cold"
            out.append(f'<div class="trace {kind}" id="t{n}_{trace.number}"><b>trace {trace.number}</b>: {trace.entries} entries, {trace.rounds} rounds')
            if trace.parent is not None:
                out.append(f'from <a href="#t{n}_{trace.parent}">trace {trace.parent}</a>, exit {trace.parent_exit}')
            for title, code in (("", trace.preamble), ("loop", trace.body)):
                if title and code:
                    out.append(f"<div><b>{title}</b></div>")
                for line, text in code:
                    out.append(f'<div class=inst data-line="{line}">{escape(text)}</div>')
            for exit in trace.exits:
                side = f' &rarr; <a href="#t{n}_{exit.side}">trace {exit.side}</a>' if exit.side is not None else ""
                out.append(f'<div class=exit data-line="{exit.line}">exit {exit.number}: {exit.count} times, line {exit.line}{side}</div>')
            out.append(f"<div>end: {escape(trace.end)}</div></div>")
        out.append("</div></div>")
    with open(path, "w", encoding="utf-8") as f:
        f.write(_PAGE.replace("BODY", "\n".join(out)))
