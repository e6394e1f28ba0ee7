//! The verifier: every operand is defined before its use and has a type, snapshots are there where a trace may be left.

use crate::*;

/// What is wrong with a trace, if anything.
pub fn verify(trace: &Trace) -> Result<(), String> {
    let count = trace.insts.len() as Val;
    let value = |v: Val, at: Val, what: &str| -> Result<(), String> {
        if v >= at {
            return Err(format!("v{at}: {what} v{v} is not defined yet"));
        }
        if trace.insts[v as usize].op.ty() == Ty::Unit {
            return Err(format!("v{at}: {what} v{v} has no value"));
        }
        Ok(())
    };
    for (at, inst) in trace.insts.iter().enumerate() {
        let at = at as Val;
        let given = inst.operands().count();
        if given != inst.op.operands() {
            return Err(format!(
                "v{at}: {} wants {} operands, not {given}",
                inst.op.name(),
                inst.op.operands()
            ));
        }
        for v in inst.operands().chain(trace.args_of(at).iter().copied()) {
            value(v, at, "operand")?;
        }
        match inst.op.effect() {
            Effect::Guard | Effect::Checked | Effect::Calls if inst.snap == NONE => {
                return Err(format!("v{at}: {} without a snapshot", inst.op.name()));
            }
            _ => {}
        }
        if inst.snap != NONE {
            let Some(snap) = trace.snaps.get(inst.snap as usize) else {
                return Err(format!("v{at}: no snapshot s{}", inst.snap));
            };
            let mut result = Ok(());
            snap.each(&trace.recipes, &mut |v| {
                if result.is_ok() {
                    result = value(v, at, "snapshot's");
                }
            });
            result?;
        }
    }
    match &trace.end {
        End::Loop(phis) => {
            for &(phi, next) in phis {
                value(next, count, "next value")?;
                let (to, from) = (trace.insts[phi as usize], trace.insts[next as usize]);
                if to.op.ty() != from.op.ty() {
                    return Err(format!("v{phi}: next value v{next} has another type"));
                }
            }
        }
        End::Link { moves, .. } => {
            for &(_, v) in moves {
                value(v, count, "moved")?;
            }
        }
        End::Exit(snap) | End::Return(snap) => {
            let mut result = Ok(());
            trace.snaps[*snap as usize].each(&trace.recipes, &mut |v| {
                if result.is_ok() {
                    result = value(v, count, "snapshot's");
                }
            });
            result?;
        }
    }
    Ok(())
}
