"""What the tracer has made of the program so far.

    >>> import hotpy.trace
    >>> hotpy.trace.graph_snapshot("graph.gv")     # the traces as a graph, for Graphviz
    >>> hotpy.trace.html_snapshot("graph.html")    # the same to click through
    >>> hotpy.trace.stats()["root traces made"]
    3
    >>> for tree in hotpy.trace.traces(): print(tree.name, len(tree.traces))

A tree is a loop's root trace with the side traces that start at its exits. `enable()` and `disable()` switch tracing, `clear()` discards
all traces.
"""

import _hotpy

from hotpy._tracepage import page as _page

__all__ = ["traces", "stats", "graph_snapshot", "html_snapshot", "enable", "disable", "clear", "Tree", "Trace", "Instruction", "Exit"]


class Tree:
    """A loop: `name` and `file` of its code, `line`, `size` in bytes, `heat` (recent use), `traces` (the root first)."""

    def __init__(self, name, file, line, size, heat):
        self.name, self.file, self.line, self.size, self.heat = name, file, int(line), int(size), int(heat)
        self.traces = []

    def __repr__(self):
        return f"<Tree {self.name}:{self.line}, {len(self.traces)} traces>"


class Trace:
    """Instructions: `preamble` and `body` are lists of instructions; `exits`; how often it was entered, and went round."""

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


class Instruction(tuple):
    """The source line and the text; `file` has the line, `exit` is the number of the exit that it may take, or None."""

    def __new__(cls, line, text, file):
        self = super().__new__(cls, (line, text))
        self.file = file
        last = text.partition("  ;")[0].rpartition(" ")[2]
        self.exit = int(last[2:]) if last.startswith("!s") else None
        return self


class Exit:
    """An exit that was taken: its `number`, how often the interpreter went on there (`count`), the `side` trace's number, the source `line`."""

    def __init__(self, number, count, side, line, file):
        self.number, self.count, self.line, self.file = int(number), int(count), int(line), file
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
        tree = trees[-1]
        trace = tree.traces[-1]
        if kind == "loop":
            trace.has_loop = True
        elif kind == "code":
            code = Instruction(int(fields[0]), fields[2], fields[1] or tree.file)
            (trace.body if trace.has_loop else trace.preamble).append(code)
        elif kind == "exit":
            *fields, file = fields
            trace.exits.append(Exit(*fields, file or tree.file))
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


def clear():
    """Discards all traces; what they hold goes as soon as none is executed."""
    _hotpy.trace_clear()


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
    last, out = None, []
    for instruction in code:
        line, text = instruction
        if (line, instruction.file) != last:
            last = line, instruction.file
            source = _source(instruction.file)
            shown = source[line - 1].strip() if 0 < line <= len(source) else ""
            out.append(f"{line}: {shown}")
        out.append("    " + text)
    return out


def _quote(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _label(lines):
    return "".join(_quote(line) + "\\l" for line in lines)


# Lines and fillings of blocks that are executed a lot, and others.
_HOT = 'color="#b03020", fillcolor="#fdeeea"'
_COLD = 'color="#3050a0", fillcolor="#eef2fb"'


def graph_snapshot(path):
    """Writes the trace graph for Graphviz: blocks of instructions with their source lines, exits with counts, side traces; hot red, cold blue."""
    out = [
        "digraph traces {",
        "    node [shape=box, style=filled, fillcolor=white, fontname=monospace, fontsize=9];",
        "    edge [fontname=monospace, fontsize=9];",
    ]
    for n, tree in enumerate(traces()):
        out.append(f"    subgraph cluster_{n} {{")
        out.append(f'        label="{_quote(tree.name)} ({_quote(tree.file)}:{tree.line})"; fontname=monospace; color=gray;')
        most = max([max(t.rounds, t.entries) for t in tree.traces] + [1])
        for trace in tree.traces:
            me = f"t{n}_{trace.number}"
            colour = _HOT if max(trace.rounds, trace.entries) * 10 >= most else _COLD
            head = [f"trace {trace.number}: {trace.entries} entries, {trace.rounds} rounds"]
            if trace.has_loop:
                out.append(f'        {me}_p [{colour}, label="{_label(head + _lines(tree, trace.preamble))}"];')
                out.append(f'        {me} [{colour}, penwidth=2, label="{_label(_lines(tree, trace.body))}"];')
                out.append(f'        {me}_p -> {me} [label="{trace.entries}"];')
                out.append(f'        {me} -> {me} [{colour}, label="{trace.rounds}"];')
            else:
                out.append(f'        {me} [{colour}, label="{_label(head + _lines(tree, trace.code))}"];')
                if trace.end == "link":
                    out.append(f'        {me} -> t{n}_0 [{colour}, label="{trace.rounds}"];')
                else:
                    out.append(f'        {me}_end [shape=ellipse, label="{trace.end.split()[0]}, line {trace.end.split()[-1]}"];')
                    out.append(f'        {me} -> {me}_end [label="{trace.rounds}"];')
            preamble = {i.exit for i in trace.preamble} if trace.has_loop else ()
            for exit in trace.exits:
                start = me + "_p" if exit.number in preamble else me
                if exit.side is not None:
                    entered = tree.traces[exit.side].entries
                    out.append(f'        {start} -> t{n}_{exit.side} [label="exit {exit.number}: {entered}"];')
                if exit.count:
                    out.append(f'        {me}_x{exit.number} [shape=ellipse, label="line {exit.line}"];')
                    out.append(f'        {start} -> {me}_x{exit.number} [style=dashed, label="exit {exit.number}: {exit.count}"];')
        out.append("    }")
    out.append("}")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


def html_snapshot(path):
    """Writes the traces as one page: from a source line to the instructions made of it, to their exits with counts, and back, by clicks."""
    with open(path, "w", encoding="utf-8") as f:
        f.write(_page(traces(), _source))


def _main(arguments):
    """`python -m hotpy.trace [--graph FILE] [--html FILE] PROGRAM ARGUMENT...`: runs the program, then writes what was traced."""
    import runpy
    import sys

    writers = {"--graph": graph_snapshot, "--html": html_snapshot}
    wanted = []
    while len(arguments) > 1 and arguments[0] in writers:
        wanted.append((writers[arguments[0]], arguments[1]))
        del arguments[:2]
    if not wanted or not arguments:
        print(_main.__doc__, file=sys.stderr)
        return 2
    sys.argv = arguments
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    finally:
        for write, path in wanted:
            write(path)
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(_main(sys.argv[1:]))
