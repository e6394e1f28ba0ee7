//! Rewrites within a block: tests of constants, tuples of constants, swaps, jumps to jumps.
//!
//! Replaced instructions become NOPs, so that lines stay traceable; `nops` removes those it can.

use super::{Flow, FlowError, Graph, Id, nops, swaps};
use crate::cfg::Unit;
use hotpy_code::Const;
use hotpy_isa::Op;
use num_traits::Zero;

pub fn run(flow: &mut Flow) -> Result<(), FlowError> {
    for id in flow.graph.order() {
        block(&mut flow.graph, flow.unit, id);
        nops::clean(&mut flow.graph, id);
    }
    Ok(())
}

fn block(graph: &mut Graph, unit: &mut Unit, id: Id) {
    let mut at = 0;
    // Jumps that chase each other in a circle must not keep us: no chain is longer than there are blocks.
    let mut patience = graph.blocks.len();
    while at < graph.blocks[id].instrs.len() {
        let i = graph.blocks[id].instrs[at];
        if let Some(target) = i.target {
            let full = graph.first_full(target);
            graph.blocks[id].instrs[at].target = Some(full);
            if i.is_jump() && patience > 0 && thread(graph, id, at) {
                // The new target may itself be a jump.
                patience -= 1;
                continue;
            }
        }
        let instrs = &mut graph.blocks[id].instrs;
        match i.op {
            Op::LOAD_CONST => constant_test(instrs, at, &unit.consts),
            Op::BUILD_TUPLE => tuple(instrs, at, unit),
            Op::SWAP if i.arg == 1 => instrs[at].nop(),
            Op::SWAP => at = swaps::simplify(instrs, at),
            Op::PUSH_NULL => {
                if let Some(next) = instrs.get_mut(at + 1)
                    && next.op == Op::LOAD_GLOBAL
                    && next.arg & 1 == 0
                {
                    next.arg |= 1;
                    instrs[at].nop();
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// LOAD_CONST before a conditional jump decides it; `is None` before one is part of it.
fn constant_test(instrs: &mut [super::Ins], at: usize, consts: &[Const]) {
    let Some(value) = consts.get(instrs[at].arg as usize) else {
        return;
    };
    let Some(next) = instrs.get(at + 1).map(|i| i.op) else {
        return;
    };
    match next {
        Op::POP_JUMP_IF_FALSE | Op::POP_JUMP_IF_TRUE => {
            let jumps = is_true(value) == (next == Op::POP_JUMP_IF_TRUE);
            instrs[at].nop();
            if jumps {
                instrs[at + 1].op = Op::JUMP;
            } else {
                instrs[at + 1].nop();
            }
        }
        Op::JUMP_IF_FALSE_OR_POP | Op::JUMP_IF_TRUE_OR_POP => {
            if is_true(value) == (next == Op::JUMP_IF_TRUE_OR_POP) {
                instrs[at + 1].op = Op::JUMP;
            } else {
                instrs[at].nop();
                instrs[at + 1].nop();
            }
        }
        Op::IS_OP if matches!(value, Const::None) => {
            let inverted = instrs[at + 1].arg == 1;
            let Some(jump) = instrs.get_mut(at + 2) else {
                return;
            };
            let on_false = jump.op == Op::POP_JUMP_IF_FALSE;
            if !on_false && jump.op != Op::POP_JUMP_IF_TRUE {
                return;
            }
            jump.op = if inverted == on_false {
                Op::POP_JUMP_IF_NONE
            } else {
                Op::POP_JUMP_IF_NOT_NONE
            };
            instrs[at].nop();
            instrs[at + 1].nop();
        }
        _ => {}
    }
}

/// BUILD_TUPLE undone at once by UNPACK_SEQUENCE becomes a SWAP; a tuple of constants becomes a constant.
fn tuple(instrs: &mut [super::Ins], at: usize, unit: &mut Unit) {
    let count = instrs[at].arg as usize;
    if let Some(next) = instrs.get_mut(at + 1)
        && next.op == Op::UNPACK_SEQUENCE
        && next.arg as usize == count
    {
        match count {
            1 => {
                next.nop();
                instrs[at].nop();
                return;
            }
            2 | 3 => {
                next.op = Op::SWAP;
                instrs[at].nop();
                return;
            }
            _ => {}
        }
    }
    if at < count {
        return;
    }
    let loads = &instrs[at - count..at];
    let items: Option<Vec<Const>> = loads
        .iter()
        .map(|i| {
            (i.op == Op::LOAD_CONST)
                .then(|| unit.consts.get(i.arg as usize).cloned())
                .flatten()
        })
        .collect();
    let Some(items) = items else { return };
    let index = unit.const_index(Const::Tuple(items.into()));
    for i in &mut instrs[at - count..at] {
        i.nop();
    }
    instrs[at].op = Op::LOAD_CONST;
    instrs[at].arg = index;
}

/// Sends the jump at `at` past a jump at its target, if both are on one line. Answers whether anything changed.
fn thread(graph: &mut Graph, id: Id, at: usize) -> bool {
    let i = graph.blocks[id].instrs[at];
    let Some(target) = i.target else { return false };
    let Some(&there) = graph.blocks[target].instrs.first() else {
        return false;
    };
    if there.loc.line != i.loc.line {
        return false;
    }
    use Op::*;
    let op = match (i.op, there.op) {
        (JUMP_IF_FALSE_OR_POP | JUMP_IF_TRUE_OR_POP, JUMP) => i.op,
        (JUMP_IF_FALSE_OR_POP, POP_JUMP_IF_FALSE | JUMP_IF_FALSE_OR_POP)
        | (JUMP_IF_TRUE_OR_POP, POP_JUMP_IF_TRUE | JUMP_IF_TRUE_OR_POP) => there.op,
        (JUMP_IF_FALSE_OR_POP, POP_JUMP_IF_TRUE | JUMP_IF_TRUE_OR_POP)
        | (JUMP_IF_TRUE_OR_POP, POP_JUMP_IF_FALSE | JUMP_IF_FALSE_OR_POP) => {
            // The second test has the opposite outcome for sure: it drops the value and goes on.
            let Some(next) = graph.blocks[target].next else {
                return false;
            };
            let jump = &mut graph.blocks[id].instrs[at];
            jump.op = if i.op == JUMP_IF_FALSE_OR_POP {
                POP_JUMP_IF_FALSE
            } else {
                POP_JUMP_IF_TRUE
            };
            jump.target = Some(next);
            return true;
        }
        (
            JUMP | POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE | POP_JUMP_IF_NONE | POP_JUMP_IF_NOT_NONE,
            JUMP,
        ) => i.op,
        _ => return false,
    };
    if there.target == Some(target) {
        return false;
    }
    let jump = &mut graph.blocks[id].instrs[at];
    jump.op = op;
    jump.target = there.target;
    true
}

fn is_true(value: &Const) -> bool {
    match value {
        Const::None => false,
        Const::Ellipsis | Const::Code(_) => true,
        Const::Bool(b) => *b,
        Const::Int(i) => !i.is_zero(),
        Const::Float(f) => *f != 0.0,
        Const::Complex { re, im } => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.0.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(t) | Const::FrozenSet(t) => !t.is_empty(),
    }
}
