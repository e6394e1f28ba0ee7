//! Final positions: jumps get their direction, blocks their offsets, jumps their distances.
//!
//! A distance above 255 needs EXTENDED_ARG, which moves what follows and may lengthen other jumps: sizes are recomputed
//! until they hold.

use super::{FlowError, Graph};
use hotpy_isa::{Arg, Op};

/// Turns direction-less jumps into forward or backward ones. The order of blocks is final from here on.
pub fn direct_jumps(graph: &mut Graph) -> Result<(), FlowError> {
    let mut behind = vec![false; graph.blocks.len()];
    for id in graph.order() {
        behind[id] = true;
        let Some(last) = graph.blocks[id].instrs.last_mut() else {
            continue;
        };
        let Some(target) = last.target else { continue };
        let back = behind[target];
        let pick = |forward, backward| if back { backward } else { forward };
        last.op = match last.op {
            Op::JUMP => pick(Op::JUMP_FORWARD, Op::JUMP_BACKWARD),
            Op::JUMP_NO_INTERRUPT => pick(Op::JUMP_FORWARD, Op::JUMP_BACKWARD_NO_INTERRUPT),
            Op::POP_JUMP_IF_FALSE => pick(
                Op::POP_JUMP_FORWARD_IF_FALSE,
                Op::POP_JUMP_BACKWARD_IF_FALSE,
            ),
            Op::POP_JUMP_IF_TRUE => {
                pick(Op::POP_JUMP_FORWARD_IF_TRUE, Op::POP_JUMP_BACKWARD_IF_TRUE)
            }
            Op::POP_JUMP_IF_NONE => {
                pick(Op::POP_JUMP_FORWARD_IF_NONE, Op::POP_JUMP_BACKWARD_IF_NONE)
            }
            Op::POP_JUMP_IF_NOT_NONE => pick(
                Op::POP_JUMP_FORWARD_IF_NOT_NONE,
                Op::POP_JUMP_BACKWARD_IF_NOT_NONE,
            ),
            op if back && op.info().arg == Arg::JumpForward => {
                return Err(FlowError::JumpsBack(op));
            }
            op => op,
        };
    }
    Ok(())
}

/// Computes offsets and distances.
pub fn place(graph: &mut Graph) {
    let order = graph.order();
    loop {
        let mut at = 0;
        for &id in &order {
            graph.blocks[id].offset = at;
            at += graph.blocks[id]
                .instrs
                .iter()
                .map(|i| i.size())
                .sum::<usize>();
        }
        let mut grown = false;
        for &id in &order {
            let mut at = graph.blocks[id].offset;
            for n in 0..graph.blocks[id].instrs.len() {
                let i = &graph.blocks[id].instrs[n];
                let size = i.size();
                at += size;
                if let Some(target) = i.target {
                    let distance = graph.blocks[target].offset.abs_diff(at);
                    let i = &mut graph.blocks[id].instrs[n];
                    i.arg = distance as u32;
                    grown |= i.size() != size;
                }
            }
        }
        if !grown {
            return;
        }
    }
}
