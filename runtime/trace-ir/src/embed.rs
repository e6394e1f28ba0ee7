//! Constants that only go where an operation can have them in itself: they need no register, and nothing puts them there.

use crate::*;

/// Whether the operation can have its operand, a constant, in itself.
pub fn takes(op: TraceOp, inst: &Inst, v: Val) -> bool {
    use TraceOp::*;
    match op {
        IncRef => inst.a == v,
        DictItem | DictHas => inst.b == v && inst.a != v,
        StrEq => (inst.a == v) != (inst.b == v),
        _ => false,
    }
}

/// Whether the operation's further operands can be constants.
pub fn takes_many(op: TraceOp) -> bool {
    use TraceOp::*;
    matches!(op, Call | CallRaises | NewTuple | NewFunction)
}

/// For each value that is needed, whether it is such a constant.
pub fn embedded(trace: &Trace, needed: &[bool]) -> Vec<bool> {
    let count = trace.insts.len();
    let mut found = vec![false; count];
    for (at, inst) in trace.insts.iter().enumerate() {
        found[at] = needed[at] && inst.op == TraceOp::Const && inst.imm < 0x8000;
    }
    for (at, inst) in trace.insts.iter().enumerate().filter(|(at, _)| needed[*at]) {
        for v in inst.operands() {
            if found[v as usize] && !takes(inst.op, inst, v) {
                found[v as usize] = false;
            }
        }
        if inst.op == TraceOp::StrEq && inst.operands().all(|v| found[v as usize]) {
            // One of them at most.
            found[inst.a as usize] = false;
        }
        if !takes_many(inst.op) {
            for &v in trace.args_of(at as Val) {
                found[v as usize] = false;
            }
        }
        if inst.snap != NONE {
            trace.snaps[inst.snap as usize]
                .each(&trace.recipes, &mut |v| found[v as usize] = false);
        }
    }
    let mut used = |v: Val| found[v as usize] = false;
    match &trace.end {
        End::Loop(moves) => moves.iter().for_each(|&(_, v)| used(v)),
        End::Link { moves, .. } => moves.iter().for_each(|&(_, v)| used(v)),
        End::Exit(snap) | End::Return(snap) => {
            trace.snaps[*snap as usize].each(&trace.recipes, &mut used)
        }
    }
    found
}
