"""The traces as one HTML page that needs nothing else: source lines on the left, traces in the middle, exits with counts on the right."""

from html import escape

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Traces of TITLE</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { --ink: #1d2330; --soft: #6b7385; --rule: #dfe3ea; --paper: #fff; --ground: #f5f6f9; --mark: #ffe9a8; --edge: #e0a800; --hot: #c23b22; --cold: #3b62b5; --ok: #22754a; }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
header { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--rule); padding: .6em 1.2em; }
h1 { font-size: 1.1em; margin: 0; display: inline-block; margin-right: 1em; }
#said { color: var(--soft); }
nav { margin-top: .3em; } nav a { margin-right: 1em; }
a { color: var(--cold); text-decoration: none; } a:hover { text-decoration: underline; }
section { margin: 1em 1.2em; background: var(--paper); border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; }
h2 { font-size: 1em; margin: 0; padding: .5em .9em; border-bottom: 1px solid var(--rule); } h2 small { color: var(--soft); font-weight: normal; }
.columns { display: grid; grid-template-columns: minmax(20em, 2fr) minmax(26em, 3fr) minmax(18em, 1.6fr); }
.columns > div { border-left: 1px solid var(--rule); padding: .5em 0; max-height: 74vh; overflow: auto; } .columns > div:first-child { border: 0; }
.title { color: var(--soft); font-size: .85em; padding: .1em .9em .3em; }
code, .row { font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.row, tr.exit { scroll-margin-block: 8em; }
.row { white-space: pre; padding: 0 .9em; border-left: 3px solid transparent; }
[data-line], [data-exit] { cursor: pointer; } [data-line]:hover, .exit:hover { background: #f0f3fa; }
.on, .on:hover { background: var(--mark); border-left-color: var(--edge); }
.none { color: #a4abba; }
.number { color: var(--soft); display: inline-block; width: 4.2em; text-align: right; margin-right: 1em; }
.bar { display: inline-block; width: 4.5em; height: .7em; margin-right: .8em; background: linear-gradient(to right, var(--hot) var(--part), #eceff4 var(--part)); border-radius: 2px; }
.file { color: var(--soft); padding: .5em .9em .2em; font-size: .85em; }
.trace { margin: 0 .9em .9em; border: 1px solid var(--rule); border-left: 4px solid var(--cold); border-radius: 4px; overflow-x: auto; } .trace.hot { border-left-color: var(--hot); }
.trace > p { margin: 0; padding: .35em .7em; background: var(--ground); } .trace .part { color: var(--soft); padding: .2em .9em; font-size: .85em; }
.guard { color: #8a3b12; } .to { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: .92em; } td, th { padding: .15em .6em; text-align: left; } th { color: var(--soft); font-weight: normal; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
tr.exit td:first-child { border-left: 3px solid transparent; } tr.on td:first-child { border-left-color: var(--edge); } tr.never { color: #a4abba; }
:target { outline: 2px solid var(--edge); }
</style></head><body>
<header><h1>Traces of TITLE</h1><span id="said">Click a source line, an instruction, or an exit.</span><nav>NAV</nav></header>
BODY
<script>
"use strict";
// What belongs together has the same data-line; an instruction and the exit it may take, the same data-exit.
function select(from) {
    var tree = from.closest("section"), lines = new Set(), exits = new Set(), shown = [];
    document.querySelectorAll(".on").forEach(function (e) { e.classList.remove("on"); });
    function all(name) { return tree.querySelectorAll("[data-" + name + "]"); }
    if (from.classList.contains("line")) {
        lines.add(from.dataset.line);
        all("line").forEach(function (e) { if (e.classList.contains("inst") && lines.has(e.dataset.line) && e.dataset.exit) exits.add(e.dataset.exit); });
    } else {
        if (from.dataset.exit) exits.add(from.dataset.exit);
        if (from.classList.contains("inst")) lines.add(from.dataset.line);
        else all("exit").forEach(function (e) { if (e.classList.contains("inst") && exits.has(e.dataset.exit)) lines.add(e.dataset.line); });
    }
    var counts = { line: 0, inst: 0, exit: 0, taken: 0 };
    tree.querySelectorAll(".line, .inst, .exit").forEach(function (e) {
        var kind = e.classList.contains("line") ? "line" : e.classList.contains("inst") ? "inst" : "exit", on;
        if (kind === "line") on = lines.has(e.dataset.line);
        else if (kind === "exit") on = exits.has(e.dataset.exit);
        else if (from.classList.contains("line")) on = lines.has(e.dataset.line);
        else on = e === from || from.classList.contains("exit") && exits.has(e.dataset.exit);
        if (!on) return;
        e.classList.add("on");
        counts[kind]++;
        if (kind === "exit") counts.taken += +e.dataset.taken;
        if (!shown[kind]) { shown[kind] = true; if (e !== from) e.scrollIntoView({ block: "nearest" }); }
    });
    function many(n, one) { return n + " " + one + (n === 1 ? "" : "s"); }
    document.getElementById("said").textContent = many(counts.line, "line") + ", " + many(counts.inst, "instruction") + ", " +
        many(counts.exit, "exit") + " taken " + many(counts.taken, "time");
}
document.addEventListener("click", function (event) {
    if (event.target.closest("a")) return;
    var from = event.target.closest(".line[data-line], .inst, .exit");
    if (from) select(from);
});
</script></body></html>
"""


def _many(n, one):
    return f"{n:,} {one}" + "s" * (n != 1)


def _instruction(text):
    """The text of an instruction as HTML: guards and exits stand out, the constant's name is apart."""
    text, separator, name = text.partition("  ;")
    words = text.split(" ")
    place = 2 if len(words) > 1 and words[1] == "=" else 0
    if words[place].startswith("guard") or words[-1].startswith("!s"):
        words[place] = f"<span class=guard>{escape(words[place])}</span>"
    else:
        words[place] = f"<b>{escape(words[place])}</b>"
    if words[-1].startswith("!s"):
        words[-1] = f"<span class=to>&rarr; exit {words[-1][2:]}</span>"
    words = [w if w.startswith("<") else escape(w) for w in words]
    return " ".join(words) + (f" <span class=to>{escape(name.strip())}</span>" if separator else "")


def _times(trace, instruction, in_body):
    return trace.rounds if in_body and trace.has_loop else trace.entries


def _tree(n, tree, source):
    files = [tree.file]
    times = {}
    for trace in tree.traces:
        for in_body, code in ((False, trace.preamble), (True, trace.body)):
            for i in code:
                if i.file not in files:
                    files.append(i.file)
                key = files.index(i.file), i[0]
                times[key] = max(times.get(key, 0), _times(trace, i, in_body))
    most = max(times.values(), default=1) or 1
    out = [f'<section id="tree{n}"><h2>{escape(tree.name)} <small>{escape(tree.file)}:{tree.line}, {_many(tree.size, "byte")}</small></h2><div class=columns>']
    out.append("<div><div class=title>source: rounds in which a line was executed</div>")
    for number, file in enumerate(files):
        lines = source(file)
        used = sorted(line for f, line in times if f == number and 0 < line <= len(lines))
        if number:
            out.append(f"<div class=file>{escape(file)}</div>")
        last = 0
        for line in sorted({near for u in used for near in range(u - 2, u + 3) if 0 < near <= len(lines)}):
            if last and line > last + 1:
                out.append('<div class="row none">        &#8942;</div>')
            last = line
            count = times.get((number, line))
            text = escape(lines[line - 1])
            if count is None:
                out.append(f'<div class="row none"><span class=bar style="--part: 0%"></span><span class=number>{line}</span>{text}</div>')
            else:
                part = round(100 * count / most)
                out.append(
                    f'<div class="row line" data-line="{number}:{line}" title="{_many(count, "round")}">'
                    f'<span class=bar style="--part: {part}%"></span><span class=number>{line}</span>{text}</div>'
                )
    out.append("</div><div><div class=title>traces</div>")
    exits = []
    busiest = max([max(t.rounds, t.entries) for t in tree.traces] + [1])
    for trace in tree.traces:
        kind = "hot" if max(trace.rounds, trace.entries) * 10 >= busiest else "cold"
        out.append(f'<div class="trace {kind}" id="t{n}_{trace.number}"><p><b>trace {trace.number}</b> ({kind}): {trace.entries:,} {"entry" if trace.entries == 1 else "entries"}, {_many(trace.rounds, "round")}')
        if trace.parent is not None:
            out[-1] += f', from <a href="#t{n}_{trace.parent}">trace {trace.parent}</a>, exit {trace.parent_exit}'
        out[-1] += "</p>"
        for title, code in (("before the loop" if trace.has_loop else "", trace.preamble), ("loop", trace.body)):
            if title and code:
                out.append(f"<div class=part>{title}</div>")
            for i in code:
                exit = "" if i.exit is None else f' data-exit="{trace.number}:{i.exit}"'
                out.append(f'<div class="row inst" data-line="{files.index(i.file) if i.file in files else 0}:{i[0]}"{exit}>{_instruction(i[1])}</div>')
        out.append(f"<div class=part>end: {escape(trace.end)}</div></div>")
        known = {e.number: e for e in trace.exits}
        for number in sorted({i.exit for i in trace.code if i.exit is not None} | set(known)):
            exits.append((trace, number, known.get(number)))
    out.append("</div><div><div class=title>exits</div><table><tr><th>trace<th>exit<th>times<th>goes on</tr>")
    for trace, number, exit in sorted(exits, key=lambda e: -_taken(tree, e[2])):
        count = _taken(tree, exit)
        if exit is None:
            goes = "never taken"
        elif exit.side is not None:
            goes = f'in <a href="#t{n}_{exit.side}">trace {exit.side}</a>' + (f", {exit.count:,} at line {exit.line}" if exit.count else "")
        else:
            goes = f"at line {exit.line}"
        never = "" if count else " never"
        out.append(f'<tr class="exit{never}" data-exit="{trace.number}:{number}" data-taken="{count}"><td>{trace.number}<td>{number}<td class=n>{count:,}<td>{goes}</tr>')
    out.append("</table></div></div></section>")
    return "\n".join(out)


def _taken(tree, exit):
    """How often the trace was left there, to the interpreter or into a side trace."""
    if exit is None:
        return 0
    return exit.count + (tree.traces[exit.side].entries if exit.side is not None else 0)


def page(trees, source):
    """The page; `source(file)` gives a file's lines."""
    import os
    import sys

    title = escape(os.path.basename(sys.argv[0]) or "a program")
    links = [f'<a href="#tree{n}">{escape(t.name)}</a>' for n, t in enumerate(trees)]
    body = "\n".join(_tree(n, t, source) for n, t in enumerate(trees))
    return _PAGE.replace("TITLE", title).replace("NAV", "".join(links)).replace("BODY", body or "<section><h2>No traces</h2></section>")
