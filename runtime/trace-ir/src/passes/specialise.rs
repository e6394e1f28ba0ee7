//! Specialisation: what guards and representations tell of values flows forward. Boxes that are opened again are not opened,
//! tests whose outcome is known go, operations on constants are done now.
//!
//! (Which machine operation a general one becomes is decided while the trace is made, by what the recorder saw.)

use super::{Aliases, remove};
use crate::*;
use std::collections::HashMap;

/// The constant that a machine operation on constants gives; `None` where it would leave the trace.
fn int_op(op: TraceOp, a: i64, b: i64) -> Option<i64> {
    use TraceOp::*;
    match op {
        IntAdd => a.checked_add(b),
        IntSub => a.checked_sub(b),
        IntMul => a.checked_mul(b),
        IntAnd => Some(a & b),
        IntOr => Some(a | b),
        IntXor => Some(a ^ b),
        _ => None,
    }
}

fn int_test(op: TraceOp, a: i64, b: i64) -> Option<bool> {
    use TraceOp::*;
    Some(match op {
        IntLt => a < b,
        IntLe => a <= b,
        IntEq => a == b,
        IntNe => a != b,
        IntGt => a > b,
        IntGe => a >= b,
        _ => return None,
    })
}

fn float_test(op: TraceOp, a: f64, b: f64) -> Option<bool> {
    use TraceOp::*;
    Some(match op {
        FloatLt => a < b,
        FloatLe => a <= b,
        FloatEq => a == b,
        FloatNe => a != b,
        FloatGt => a > b,
        FloatGe => a >= b,
        _ => return None,
    })
}

fn constant(op: TraceOp, imm: u64) -> Inst {
    Inst {
        imm,
        ..Inst::new(op)
    }
}

/// What is known so far.
#[derive(Default)]
struct Facts {
    /// Conditions whose truth was guarded.
    truths: HashMap<Val, bool>,
    /// Objects that were guarded to be a constant.
    same: HashMap<Val, u64>,
}

impl Facts {
    fn truth(&self, trace: &Trace, v: Val) -> Option<bool> {
        let inst = &trace.insts[v as usize];
        match inst.op {
            TraceOp::ConstBool => Some(inst.imm != 0),
            TraceOp::Not => self.truth(trace, inst.a).map(|t| !t),
            _ => self.truths.get(&v).copied(),
        }
    }

    fn learn(&mut self, trace: &Trace, v: Val, truth: bool) {
        self.truths.insert(v, truth);
        let inst = &trace.insts[v as usize];
        if inst.op == TraceOp::Not {
            self.learn(trace, inst.a, !truth);
        }
    }

    fn constant(&self, trace: &Trace, v: Val) -> Option<u64> {
        let inst = &trace.insts[v as usize];
        match inst.op {
            TraceOp::Const => Some(inst.imm),
            _ => self.same.get(&v).copied(),
        }
    }
}

/// What becomes of an instruction.
enum Fate {
    Stays,
    Goes,
    /// This one stands for it.
    Is(Val),
    /// This one is in its place.
    Becomes(Inst),
}

fn fate(trace: &Trace, facts: &mut Facts, at: Val) -> Fate {
    use TraceOp::*;
    let inst = trace.insts[at as usize];
    let def = |v: Val| &trace.insts[v as usize];
    let int = |v: Val| (def(v).op == ConstInt).then(|| def(v).imm as i64);
    let float = |v: Val| (def(v).op == ConstFloat).then(|| f64::from_bits(def(v).imm));
    let truth = |t: bool| Fate::Becomes(constant(ConstBool, u64::from(t)));
    match inst.op {
        UnboxInt if def(inst.a).op == BoxInt => Fate::Is(def(inst.a).a),
        UnboxFloat if def(inst.a).op == BoxFloat => Fate::Is(def(inst.a).a),
        UnboxBool if def(inst.a).op == BoxBool => Fate::Is(def(inst.a).a),
        GuardTrue | GuardFalse => {
            let wanted = inst.op == GuardTrue;
            match facts.truth(trace, inst.a) {
                Some(known) if known == wanted => Fate::Goes,
                Some(_) => Fate::Stays,
                None => {
                    facts.learn(trace, inst.a, wanted);
                    Fate::Stays
                }
            }
        }
        GuardIs => match facts.constant(trace, inst.a) {
            Some(k) if k == inst.imm => Fate::Goes,
            Some(_) => Fate::Stays,
            None => {
                facts.same.insert(inst.a, inst.imm);
                Fate::Stays
            }
        },
        GuardSame if inst.a == inst.b => Fate::Goes,
        Is if inst.a == inst.b => truth(true),
        Not => facts
            .truth(trace, inst.a)
            .map_or(Fate::Stays, |t| truth(!t)),
        BoolToInt => match facts.truth(trace, inst.a) {
            Some(t) => Fate::Becomes(constant(ConstInt, u64::from(t))),
            None => Fate::Stays,
        },
        IntTruth => int(inst.a).map_or(Fate::Stays, |n| truth(n != 0)),
        FloatTruth => float(inst.a).map_or(Fate::Stays, |x| truth(x != 0.0)),
        IntNeg => match int(inst.a).and_then(i64::checked_neg) {
            Some(n) => Fate::Becomes(constant(ConstInt, n as u64)),
            None => Fate::Stays,
        },
        FloatNeg => match float(inst.a) {
            Some(x) => Fate::Becomes(constant(ConstFloat, (-x).to_bits())),
            None => Fate::Stays,
        },
        op => {
            if let (2, Some(a), Some(b)) = (op.operands(), int2(&int, inst.a), int2(&int, inst.b)) {
                if let Some(n) = int_op(op, a, b) {
                    return Fate::Becomes(constant(ConstInt, n as u64));
                }
                if let Some(t) = int_test(op, a, b) {
                    return truth(t);
                }
            }
            if op.operands() == 2 && inst.b != NONE {
                if let (Some(a), Some(b)) = (float(inst.a), float(inst.b)) {
                    if let Some(t) = float_test(op, a, b) {
                        return truth(t);
                    }
                }
            }
            Fate::Stays
        }
    }
}

/// A constant operand, if there is one.
fn int2(int: &dyn Fn(Val) -> Option<i64>, v: Val) -> Option<i64> {
    if v == NONE { None } else { int(v) }
}

pub fn run(trace: &mut Trace) {
    let mut aliases = Aliases::new(trace);
    let mut facts = Facts::default();
    for at in 0..trace.insts.len() {
        let mut inst = trace.insts[at];
        aliases.operands(&mut inst);
        trace.insts[at] = inst;
        match fate(trace, &mut facts, at as Val) {
            Fate::Stays => {}
            Fate::Goes => remove(&mut trace.insts[at]),
            Fate::Is(other) => {
                aliases.set(at as Val, other);
                remove(&mut trace.insts[at]);
            }
            Fate::Becomes(inst) => trace.insts[at] = inst,
        }
    }
    aliases.finish(trace);
}
