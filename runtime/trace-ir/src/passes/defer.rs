//! Deferred numbers: a box that only recipes have, and instructions that count its references, is not made; the recipe makes it when
//! the trace is left. (Frames, tuples, slices, bound methods, and the boxes that a program never shows to anybody, do not even
//! come into the trace: see `build` of `hotpy-trace`.)

use super::remove;
use crate::*;

/// Whether the value is a box that can be put off.
fn is_box(op: TraceOp) -> bool {
    matches!(op, TraceOp::BoxInt | TraceOp::BoxFloat)
}

pub fn run(trace: &mut Trace) {
    if !trace.insts.iter().any(|i| is_box(i.op)) {
        return;
    }
    let mut stays: Vec<bool> = trace.insts.iter().map(|i| !is_box(i.op)).collect();
    for inst in &trace.insts {
        if !matches!(inst.op, TraceOp::IncRef | TraceOp::DecRefPlain) {
            inst.operands().for_each(|v| stays[v as usize] = true);
        }
    }
    for (_, args) in &trace.args {
        args.iter().for_each(|&v| stays[v as usize] = true);
    }
    match &trace.end {
        End::Loop(moves) => moves.iter().for_each(|&(_, v)| stays[v as usize] = true),
        End::Link { moves, .. } => moves.iter().for_each(|&(_, v)| stays[v as usize] = true),
        End::Exit(_) | End::Return(_) => {}
    }
    // A recipe's parts keep their boxes: who made them has counted.
    for item in trace.recipes.made.iter().flat_map(|made| &made.items) {
        let mut stay = |v| stays[v as usize] = true;
        trace.recipes.each_value(item, &mut stay);
    }
    for snap in &trace.snaps {
        for frame in &snap.frames {
            if frame.generator != NONE {
                stays[frame.generator as usize] = true;
            }
        }
    }
    if stays.iter().all(|s| *s) {
        return;
    }
    let insts = std::mem::take(&mut trace.insts);
    trace.each_recipe(&mut |r| {
        if let Recipe::Owned(v) | Recipe::Borrowed(v) = *r {
            let inst = &insts[v as usize];
            match inst.op {
                _ if stays[v as usize] => {}
                TraceOp::BoxInt => *r = Recipe::Int(inst.a),
                _ => *r = Recipe::Float(inst.a),
            }
        }
    });
    trace.insts = insts;
    for at in 0..trace.insts.len() {
        let inst = trace.insts[at];
        let counts = matches!(inst.op, TraceOp::IncRef | TraceOp::DecRefPlain);
        if !stays[at] || counts && !stays[inst.a as usize] {
            remove(&mut trace.insts[at]);
        }
    }
}
