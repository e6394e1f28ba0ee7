//! Whether traces are worth it: what the interpreter needs for the bytecodes of a trace, what the trace needs for them, and what entering and
//! leaving it costs. All in tenths of nanoseconds, about, as measured on one machine; what both do alike (the work of builtin types) is left out.

use crate::cache::{Fragment, Tree};
use crate::record::Step;
use hotpy_isa::Op;
use hotpy_trace_ir::TraceOp;

/// Entering a tree and leaving it, the interpreter's part included.
pub const ENTRY: i64 = 1000;

/// What the interpreter needs for an instruction.
pub fn interpreted(step: &Step) -> u32 {
    match step.op {
        Op::LOAD_FAST | Op::STORE_FAST | Op::LOAD_CONST | Op::POP_TOP | Op::NOP | Op::CACHE => 12,
        Op::PUSH_NULL | Op::SWAP | Op::COPY | Op::RESUME | Op::PRECALL | Op::KW_NAMES => 12,
        Op::JUMP_FORWARD | Op::JUMP_BACKWARD | Op::JUMP_BACKWARD_NO_INTERRUPT => 12,
        Op::IS_OP | Op::LOAD_DEREF | Op::LOAD_CLOSURE | Op::STORE_DEREF | Op::LOAD_GLOBAL => 25,
        Op::CALL | Op::YIELD_VALUE | Op::RETURN_VALUE | Op::SEND => 120,
        _ => 40,
    }
}

/// What a trace needs for an operation.
pub fn executed(op: TraceOp) -> u32 {
    use TraceOp::*;
    match op {
        Call | CallRaises | NewInstance => 60,
        NewTuple | NewSlice | NewMethod | NewCell | NewEmptyCell | NewFunction | LongScale
        | SliceGet | SliceSet => 40,
        DecRef | BoxInt | BoxFloat | StrAppend => 25,
        GenResume | GenSuspend | GenEnd | GuardGen | GuardGenSlots | GenEnter => 40,
        _ => 14,
    }
}

/// What has been gained by a trace's executions: each pass over it counts; where it was left early, the exits being evenly spread, a part.
fn gained_by(fragment: &Fragment) -> i64 {
    let worth = i64::from(fragment.worth);
    let [preamble, body] = fragment.costs.map(i64::from);
    if fragment.is_loop() {
        let entries = fragment.entries.get() as i64;
        return entries * (worth - preamble) + fragment.rounds.get() as i64 * (worth - body);
    }
    let snaps = fragment.exits.len().max(1) as i64;
    let left = fragment.exits.iter().enumerate().map(|(x, exit)| {
        // SAFETY: side traces live as long as their tree.
        let side = unsafe { exit.side.get().as_ref() };
        let entered = side.map_or(0, |side| side.entries.get() as i64);
        (i64::from(exit.count.get()) + entered) * x as i64
    });
    let parts = left.sum::<i64>();
    (fragment.rounds.get() as i64 + parts / snaps) * (worth - body)
}

/// What has been gained by a tree's executions, without the cost of entering it.
pub fn gained(tree: &Tree) -> i64 {
    let sides = tree.sides().iter().map(|side| gained_by(side));
    gained_by(&tree.root) + sides.sum::<i64>()
}
