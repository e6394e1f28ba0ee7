//! Which handler catches what each instruction raises: SETUP_* and POP_BLOCK are followed along all paths, then become NOPs.

use super::{FlowError, Graph, Id};
use hotpy_isa::Op;

/// Sets `handler` of every instruction and `lasti` of handlers, and removes SETUP_* and POP_BLOCK.
pub fn label(graph: &mut Graph) -> Result<(), FlowError> {
    let mut seen = vec![false; graph.blocks.len()];
    let mut work: Vec<(Id, Vec<Id>)> = vec![(graph.entry, Vec::new())];
    seen[graph.entry] = true;
    while let Some((id, mut stack)) = work.pop() {
        for at in 0..graph.blocks[id].instrs.len() {
            let i = graph.blocks[id].instrs[at];
            let target = i.target;
            if let Some(target) = target.filter(|&t| !seen[t]) {
                seen[target] = true;
                work.push((target, stack.clone()));
            }
            if i.is_setup() {
                let target = target.ok_or(FlowError::BadTarget(i.op))?;
                graph.blocks[target].lasti |= i.op != Op::SETUP_FINALLY;
                stack.push(target);
            } else if i.op == Op::POP_BLOCK {
                stack.pop().ok_or(FlowError::UnpairedPopBlock)?;
            } else {
                graph.blocks[id].instrs[at].handler = stack.last().copied();
            }
        }
        if graph.blocks[id].falls_through()
            && let Some(next) = graph.blocks[id].next
            && !seen[next]
        {
            seen[next] = true;
            work.push((next, stack));
        }
    }
    for block in &mut graph.blocks {
        for i in &mut block.instrs {
            if i.is_setup() || i.op == Op::POP_BLOCK {
                i.nop();
            }
        }
    }
    Ok(())
}
