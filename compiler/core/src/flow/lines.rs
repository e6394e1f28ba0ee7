//! Line numbers of artificial instructions: each takes the location of what runs just before it, where that is unambiguous;
//! exits that still have none take the line above them.

use super::{Flow, FlowError};
use crate::cfg::Loc;
use hotpy_isa::Op;

pub fn propagate(flow: &mut Flow) -> Result<(), FlowError> {
    let graph = &mut flow.graph;
    for id in graph.order() {
        let mut before = Loc::NONE;
        let block = &mut graph.blocks[id];
        for i in &mut block.instrs {
            if i.loc.line < 0 {
                i.loc = before;
            } else {
                before = i.loc;
            }
        }
        let Some(last) = block.last() else { continue };
        let jump = last.target.filter(|_| last.is_jump());
        let next = block.next.filter(|_| block.falls_through());
        for successor in [next, jump].into_iter().flatten() {
            let there = &mut graph.blocks[successor];
            if there.predecessors == 1
                && let Some(first) = there.instrs.first_mut()
                && first.loc.line < 0
            {
                first.loc = before;
            }
        }
    }
    Ok(())
}

pub fn guarantee_exits(flow: &mut Flow) -> Result<(), FlowError> {
    let mut line = flow.unit.firstlineno as i32;
    for id in flow.graph.order() {
        let block = &mut flow.graph.blocks[id];
        let Some(last) = block.last() else { continue };
        if last.loc.line >= 0 {
            line = last.loc.line;
        } else if last.op == Op::RETURN_VALUE {
            for i in &mut block.instrs {
                i.loc.line = line;
            }
        }
    }
    Ok(())
}
