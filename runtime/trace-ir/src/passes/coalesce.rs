//! Coalescing: what was computed, read or checked already, and cannot have changed since, is not done again.
//!
//! Machine numbers do not change, nor what is known of them. What was read of the heap holds until something may write there; an
//! object's class until something may run. Nothing read of the heap is carried from the preamble into the loop, whose side traces
//! may write.

use super::{Aliases, remove};
use crate::*;
use std::collections::HashMap;

/// How long an instruction's answer holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// It is another one each time.
    No,
    Always,
    /// Until something may write to the heap.
    Heap,
    /// Until something may run.
    Class,
}

fn holds(op: TraceOp) -> Holds {
    use TraceOp::*;
    match op {
        _ if matches!(op.effect(), Effect::Pure | Effect::Checked) => Holds::Always,
        UnboxInt | UnboxFloat | UnboxBool | GuardIs | GuardIsNot | GuardSame | GuardTrue
        | GuardFalse | GuardTupleLen | GuardBuiltin | LenTuple | LenStr | StrOrd | MethodSelf
        | MethodFunc => Holds::Always,
        GuardType => Holds::Class,
        AttrLoad | AttrDict | SlotLoad | CellLoad | GlobalLoad | ListItem | ListAt | ListIndex
        | LenList | LenDict | DictItem | DictGet | DictHas | SetHas | TupleItem | TupleAt
        | TypeAttr | GuardListLen | GuardNoDict | Truth | GuardInline | GuardNoAttr | GuardKeys
        | GuardCode => Holds::Heap,
        _ => Holds::No,
    }
}

/// Whether finalisers may run, of what an iterator lets go.
pub fn drops(op: TraceOp) -> bool {
    use TraceOp::*;
    matches!(op, IterNext | ListIterEnd | TupleIterEnd)
}

/// Whether the instruction may write where others read: not counts, not new objects.
fn writes(op: TraceOp) -> bool {
    use TraceOp::*;
    match op.effect() {
        _ if drops(op) => true,
        Effect::Calls => true,
        Effect::Writes => !matches!(
            op,
            IncRef
                | DecRefPlain
                | NewTuple
                | NewSlice
                | NewMethod
                | NewCell
                | NewEmptyCell
                | NewFunction
                | CopyObj
                | CopyInt
                | CopyFloat
                | CopyBool
                | PairSecond
                // Read anew each time.
                | SeqPut
                // Generators' frames are read by other operations, each anew.
                | GenResume
                | GenTake
                | GenPut
                | GenSuspend
        ),
        _ => op == LoopStart,
    }
}

/// Whether an operation that only adds to a list or a set, or replaces an attribute, changes what the other one reads.
fn adds_to(adding: TraceOp, read: TraceOp) -> bool {
    use TraceOp::*;
    match adding {
        ListPush => matches!(read, ListItem | ListAt | ListIndex | LenList | GuardListLen),
        AttrPut => read == AttrLoad,
        _ => read == SetHas,
    }
}

type Key = (TraceOp, Val, Val, Val, u64);

pub fn run(trace: &mut Trace) {
    let mut aliases = Aliases::new(trace);
    let mut always: HashMap<Key, Val> = HashMap::new();
    let mut heap: HashMap<Key, Val> = HashMap::new();
    let mut class: HashMap<Key, Val> = HashMap::new();
    for at in 0..trace.insts.len() {
        let mut inst = trace.insts[at];
        aliases.operands(&mut inst);
        trace.insts[at] = inst;
        if matches!(
            inst.op,
            TraceOp::ListPush | TraceOp::SetPut | TraceOp::SetPutInt | TraceOp::AttrPut
        ) {
            heap.retain(|(read, ..), _| !adds_to(inst.op, *read));
            continue;
        }
        if writes(inst.op) {
            heap.clear();
            if inst.op.effect() == Effect::Calls || drops(inst.op) || inst.op == TraceOp::LoopStart
            {
                class.clear();
            }
            continue;
        }
        let known = match holds(inst.op) {
            Holds::No => continue,
            Holds::Always => &mut always,
            Holds::Heap => &mut heap,
            Holds::Class => &mut class,
        };
        let key = (inst.op, inst.a, inst.b, inst.c, inst.imm);
        match known.get(&key) {
            Some(&first) => {
                aliases.set(at as Val, first);
                remove(&mut trace.insts[at]);
            }
            None => {
                known.insert(key, at as Val);
            }
        }
    }
    aliases.finish(trace);
}
