//! Removes NOPs that no debugger would miss: those without a line, and those whose line a neighbour has too.

use super::{Flow, FlowError, Graph, Id, Ins};
use hotpy_isa::Op;

/// Cleans all blocks.
pub fn run(flow: &mut Flow) -> Result<(), FlowError> {
    let graph = &mut flow.graph;
    for id in graph.order() {
        clean(graph, id);
    }
    graph.drop_empty();
    Ok(())
}

/// Cleans one block. Which line control comes from is not known at its start.
pub fn clean(graph: &mut Graph, id: Id) {
    let is_nop = |i: &Ins| i.op == Op::NOP;
    let Some(first) = graph.blocks[id].instrs.iter().position(is_nop) else {
        return;
    };
    let mut instrs = std::mem::take(&mut graph.blocks[id].instrs);
    let mut before = match first {
        0 => -1,
        _ => instrs[first - 1].loc.line,
    };
    let mut kept = first;
    for at in first..instrs.len() {
        let i = instrs[at];
        let line = i.loc.line;
        if i.op == Op::NOP {
            if line < 0 || line == before {
                continue;
            }
            if let Some(next) = instrs.get_mut(at + 1) {
                if next.loc.line < 0 {
                    next.loc = i.loc;
                    continue;
                }
                if next.loc.line == line {
                    continue;
                }
            } else if let Some(next) = graph.next_full(id)
                && graph.blocks[next].instrs[0].loc.line == line
            {
                continue;
            }
        }
        instrs[kept] = i;
        kept += 1;
        before = line;
    }
    instrs.truncate(kept);
    graph.blocks[id].instrs = instrs;
}
