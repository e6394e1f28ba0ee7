//! Blocks that leave the code.
//!
//! * A jump to a short exit without line numbers becomes a copy of it.
//! * An exit without line numbers that several jumps share is copied for each, so that each copy can take the line of its jump.

use super::{Flow, FlowError, Graph, Id};
use hotpy_isa::Op;

/// Longest exit, in instructions, that is copied in place of a jump.
const SMALL: usize = 4;

pub fn inline_small_exits(flow: &mut Flow) -> Result<(), FlowError> {
    let graph = &mut flow.graph;
    // Which blocks have become exits when others look at them depends on the order: blocks made last come first.
    for id in (0..graph.blocks.len()).rev() {
        inline_at(graph, id);
    }
    Ok(())
}

/// Inlines the exit that block `id` jumps to, if there is one.
fn inline_at(graph: &mut Graph, id: Id) {
    let Some(&last) = graph.blocks[id].last() else {
        return;
    };
    let (Op::JUMP, Some(target)) = (last.op, last.target) else {
        return;
    };
    let exit = &graph.blocks[target];
    if target == id || !exit.is_exit_without_line() || exit.instrs.len() > SMALL {
        return;
    }
    let copy = exit.instrs.clone();
    let block = &mut graph.blocks[id];
    if let Some(last) = block.instrs.last_mut() {
        last.nop();
    }
    block.instrs.extend(copy);
}

pub fn duplicate_without_line(flow: &mut Flow) -> Result<(), FlowError> {
    let graph = &mut flow.graph;
    for id in (0..graph.blocks.len()).rev() {
        let Some(last) = graph.blocks[id].last() else {
            continue;
        };
        let (true, Some(target), loc) = (last.is_jump(), last.target, last.loc) else {
            continue;
        };
        if graph.blocks[target].is_exit_without_line() && graph.blocks[target].predecessors > 1 {
            let copy = graph.copy_after(target);
            graph.blocks[copy].instrs[0].loc = loc;
            graph.blocks[copy].predecessors = 1;
            graph.blocks[target].predecessors -= 1;
            if let Some(last) = graph.blocks[id].instrs.last_mut() {
                last.target = Some(copy);
            }
        }
    }
    graph.drop_empty();
    // What is left is reached by falling into it alone: it takes the line it is reached from.
    for id in graph.order() {
        let block = &graph.blocks[id];
        if let (true, Some(next), Some(last)) = (block.falls_through(), block.next, block.last()) {
            let loc = last.loc;
            if graph.blocks[next].is_exit_without_line() {
                graph.blocks[next].instrs[0].loc = loc;
            }
        }
    }
    Ok(())
}
