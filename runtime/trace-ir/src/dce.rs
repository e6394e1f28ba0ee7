//! Dead code: what gives a value that nobody uses, and does nothing else, goes. Numbers of values stay: a dead instruction becomes
//! a hole (`const.int 0` that nobody uses), which gets no register and no code.

use crate::*;

/// For each instruction, whether it is needed.
pub fn needed(trace: &Trace) -> Vec<bool> {
    let mut needed = vec![false; trace.insts.len()];
    let mut work: Vec<Val> = Vec::new();
    // A phi is needed if its value is; then so is its next value. So: start from what acts, and follow.
    let mut next: Vec<Val> = vec![NONE; trace.insts.len()];
    match &trace.end {
        End::Loop(phis) => {
            for &(phi, value) in phis {
                next[phi as usize] = value;
            }
        }
        End::Link { moves, .. } => work.extend(moves.iter().map(|(_, v)| *v)),
        End::Exit(snap) | End::Return(snap) => {
            trace.snaps[*snap as usize].each(&trace.recipes, &mut |v| work.push(v))
        }
    }
    for (at, inst) in trace.insts.iter().enumerate() {
        let acts = match inst.op.effect() {
            Effect::Pure | Effect::Reads => false,
            Effect::Checked => inst.op.may_raise() && !is_harmless(trace, inst),
            Effect::Control => inst.op == TraceOp::LoopStart,
            Effect::Guard | Effect::Writes | Effect::Calls => true,
        };
        if acts {
            work.push(at as Val);
        }
    }
    while let Some(v) = work.pop() {
        let at = v as usize;
        if std::mem::replace(&mut needed[at], true) {
            continue;
        }
        let inst = &trace.insts[at];
        work.extend(inst.operands());
        work.extend(trace.args_of(v));
        work.extend(Some(next[at]).filter(|&v| v != NONE));
        if inst.snap != NONE {
            trace.snaps[inst.snap as usize].each(&trace.recipes, &mut |v| work.push(v));
        }
    }
    needed
}

/// What is not needed goes; snapshots that nobody has any more, too, and the others get new numbers, in the same order. The first new
/// number of those that were `from` or more.
pub fn sweep(trace: &mut Trace, from: usize) -> usize {
    let needed = needed(trace);
    for (inst, _) in trace.insts.iter_mut().zip(&needed).filter(|(_, n)| !**n) {
        passes::remove(inst);
    }
    trace.args.retain(|(at, _)| needed[*at as usize]);
    if let End::Loop(moves) = &mut trace.end {
        moves.retain(|(phi, _)| needed[*phi as usize]);
    }
    let mut numbers: Vec<SnapId> = vec![NONE; trace.snaps.len()];
    let last = match &mut trace.end {
        End::Exit(snap) | End::Return(snap) => Some(snap),
        _ => None,
    };
    let mut users: Vec<&mut SnapId> = trace.insts.iter_mut().map(|i| &mut i.snap).collect();
    users.extend(last);
    users.retain(|snap| **snap != NONE);
    for snap in &users {
        numbers[**snap as usize] = 0;
    }
    let mut count = 0;
    let mut first = 0;
    for (old, number) in numbers.iter_mut().enumerate() {
        if old == from {
            first = count as usize;
        }
        if *number != NONE {
            *number = count;
            count += 1;
        }
    }
    if from >= numbers.len() {
        first = count as usize;
    }
    for snap in users {
        *snap = numbers[*snap as usize];
    }
    let mut old = 0;
    trace.snaps.retain(|_| {
        old += 1;
        numbers[old - 1] != NONE
    });
    trace.snaps.shrink_to_fit();
    first
}

/// Whether the second operand is a constant with which the operation never raises.
fn is_harmless(trace: &Trace, inst: &Inst) -> bool {
    use TraceOp::*;
    let b = &trace.insts[inst.b as usize];
    match (inst.op, b.op) {
        (IntFloorDiv | IntMod, ConstInt) => b.imm != 0,
        (IntShl, ConstInt) => b.imm < 62,
        (IntShr, ConstInt) => b.imm as i64 >= 0,
        (FloatDiv | FloatFloorDiv | FloatMod, ConstFloat) => f64::from_bits(b.imm) != 0.0,
        _ => false,
    }
}
