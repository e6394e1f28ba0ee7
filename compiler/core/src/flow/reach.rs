//! Reachability: counts each block's predecessors, empties blocks that have none, removes jumps to the next block.

use super::{Flow, FlowError, Graph};
use hotpy_isa::Op;

/// Sets `predecessors` and deletes unreachable instructions.
pub fn remove_unreachable(flow: &mut Flow) -> Result<(), FlowError> {
    let graph = &mut flow.graph;
    count_predecessors(graph);
    for id in graph.order() {
        if graph.blocks[id].predecessors == 0 {
            graph.blocks[id].instrs.clear();
        }
    }
    Ok(())
}

fn count_predecessors(graph: &mut Graph) {
    for b in &mut graph.blocks {
        b.predecessors = 0;
    }
    graph.blocks[graph.entry].predecessors = 1;
    let mut seen = vec![false; graph.blocks.len()];
    seen[graph.entry] = true;
    let mut work = vec![graph.entry];
    while let Some(id) = work.pop() {
        let block = &graph.blocks[id];
        let next = block.next.filter(|_| block.falls_through());
        let targets: Vec<_> = block.instrs.iter().filter_map(|i| i.target).collect();
        for successor in next.into_iter().chain(targets) {
            graph.blocks[successor].predecessors += 1;
            if !seen[successor] {
                seen[successor] = true;
                work.push(successor);
            }
        }
    }
}

/// A jump to the block that follows anyway becomes a NOP, which goes if its line is not missed. Alone in its block it waits: it may
/// yet be given a line.
pub fn remove_redundant_jumps(flow: &mut Flow) -> Result<(), FlowError> {
    let graph = &mut flow.graph;
    let mut removed = false;
    for id in graph.order() {
        let next = graph.blocks[id].next;
        if let Some(last) = graph.blocks[id].instrs.last_mut()
            && matches!(last.op, Op::JUMP | Op::JUMP_NO_INTERRUPT)
            && last.target == next
        {
            last.nop();
            let waits = last.loc.line < 0 && graph.blocks[id].instrs.len() == 1;
            if !waits {
                super::nops::clean(graph, id);
            }
            removed = true;
        }
    }
    if removed {
        graph.drop_empty();
    }
    Ok(())
}
