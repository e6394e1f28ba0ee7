//! Stack depth: the depth on entry of every block, and the greatest depth anywhere.
//!
//! A walk from the entry along fall-through, jumps and handlers. Generators start with one item: what is sent in first.

use super::{FlowError, Graph, Id};

/// Sets `start_depth` of all reachable blocks; the greatest depth.
pub fn measure(graph: &mut Graph, is_generator: bool) -> Result<u32, FlowError> {
    for b in &mut graph.blocks {
        b.start_depth = -1;
    }
    let mut deepest = 0;
    let mut work = Vec::new();
    reach(graph, &mut work, graph.entry, i32::from(is_generator))?;
    while let Some(id) = work.pop() {
        let mut depth = graph.blocks[id].start_depth;
        let mut next = graph.blocks[id].next;
        for at in 0..graph.blocks[id].instrs.len() {
            let i = graph.blocks[id].instrs[at];
            let info = i.op.info();
            let after = depth + info.stack_effect(i.arg, false);
            if info.stack(i.arg, false).0 as i32 > depth {
                return Err(FlowError::StackUnderflow(i.op, i.loc.line));
            }
            deepest = deepest.max(after);
            if let Some(target) = i.target {
                let there = depth + info.stack_effect(i.arg, true);
                deepest = deepest.max(there);
                reach(graph, &mut work, target, there)?;
            }
            depth = after;
            if info.no_fallthrough() {
                next = None;
                break;
            }
        }
        if let Some(next) = next {
            reach(graph, &mut work, next, depth)?;
        }
    }
    Ok(deepest as u32)
}

fn reach(graph: &mut Graph, work: &mut Vec<Id>, id: Id, depth: i32) -> Result<(), FlowError> {
    let block = &mut graph.blocks[id];
    if block.start_depth < 0 {
        block.start_depth = depth;
        work.push(id);
    } else if block.start_depth != depth {
        let line = block.instrs.first().map_or(-1, |i| i.loc.line);
        return Err(FlowError::UnequalDepth(line));
    }
    Ok(())
}
