//! Dead code: what gives a value that nobody uses, and does nothing else, goes. Numbers of values stay: a dead instruction becomes
//! a hole (`const.int 0` that nobody uses), which gets no register and no code.

use crate::*;

/// For each instruction, whether it is needed.
pub fn needed(trace: &Trace) -> Vec<bool> {
    let mut needed = vec![false; trace.insts.len()];
    let mut work: Vec<Val> = Vec::new();
    // A phi is needed if its value is; then so is its next value. So: start from what acts, and follow.
    let mut next: Vec<Vec<Val>> = vec![Vec::new(); trace.insts.len()];
    match &trace.end {
        End::Loop(phis) => {
            for &(phi, value) in phis {
                next[phi as usize].push(value);
            }
        }
        End::Link { moves, .. } => work.extend(moves.iter().map(|(_, v)| *v)),
        End::Exit(snap) | End::Return(snap) => {
            trace.snaps[*snap as usize].each(&trace.made, &mut |v| work.push(v))
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
        work.extend(&next[at]);
        if inst.snap != NONE {
            trace.snaps[inst.snap as usize].each(&trace.made, &mut |v| work.push(v));
        }
    }
    needed
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
