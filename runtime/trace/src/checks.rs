//! What traces count and fail on demand: `-X trace-stats`, and the modes in which tests run programs. If any of it is on, traces are executed
//! by the register interpreter's second copy, which asks here.
//!
//! `-X trace-force-exit=N` has every Nth guard fail, in the order of execution; `-X trace-fail-guard=N` the guard at place N of each
//! trace's code, each time; `-X trace-sweep` each guard once, the first time it is reached; `-X trace-flush=N` empties the cache at
//! every Nth call. A branch cannot be made to fail: its exit knows how the condition turned out.

use crate::cache::{self, Fragment};
use crate::config::{FAIL_GUARD, FLUSH, FORCE_EXITS, STATS, SWEEP};
use crate::lower::Code;
use hotpy_trace_ir::{Effect, TraceOp};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// No guard.
pub const NO_GUARD: u32 = u32::MAX;

struct State {
    /// Guards since the last one that was made to fail.
    guards: Cell<u32>,
    calls: Cell<u32>,
    /// How often each operation was executed.
    executed: [Cell<u64>; 256],
}
// SAFETY: U1 (the GIL).
unsafe impl Sync for State {}
static STATE: State = State {
    guards: Cell::new(0),
    calls: Cell::new(0),
    executed: [const { Cell::new(0) }; 256],
};

/// Whether anything is asked for.
static ON: AtomicBool = AtomicBool::new(false);

/// Reads the switches; once, before anything is traced.
pub fn start() {
    let on = STATS.load(Relaxed) || FLUSH.load(Relaxed) != 0 || SWEEP.load(Relaxed) || forces();
    ON.store(on, Relaxed);
}

/// Whether anything is asked for.
#[inline(always)]
pub fn is_on() -> bool {
    ON.load(Relaxed)
}

/// Whether guards fail again and again: then no side traces are made or entered.
pub fn forces() -> bool {
    FORCE_EXITS.load(Relaxed) != 0 || FAIL_GUARD.load(Relaxed) != NO_GUARD
}

/// Whether guards are made to fail: then none is passed by.
pub fn fails_any() -> bool {
    forces() || SWEEP.load(Relaxed)
}

/// An instruction is about to be executed.
#[inline(always)]
pub fn execute(code: &Code) {
    let count = &STATE.executed[code.op as usize];
    count.set(count.get() + 1);
    let every = FLUSH.load(Relaxed);
    if every != 0 && code.op.effect() == Effect::Calls {
        let n = STATE.calls.get() + 1;
        STATE.calls.set(if n >= every { 0 } else { n });
        if n >= every {
            cache::flush();
        }
    }
}

/// Whether this guard, which holds, fails all the same.
#[cold]
pub fn fails(fragment: &Fragment, code: &Code) -> bool {
    // SAFETY: the instruction is one of the fragment's.
    let place = unsafe { std::ptr::from_ref(code).offset_from(fragment.code.as_ptr()) } as u32;
    if SWEEP.load(Relaxed) && fragment.sweep(place) {
        return true;
    }
    if FAIL_GUARD.load(Relaxed) == place {
        return true;
    }
    let every = FORCE_EXITS.load(Relaxed);
    if every == 0 {
        return false;
    }
    let n = STATE.guards.get() + 1;
    STATE.guards.set(if n >= every { 0 } else { n });
    n >= every
}

/// How often each operation was executed, the most frequent first; nothing if that was not counted.
pub fn executed() -> Vec<(&'static str, u64)> {
    if !STATS.load(Relaxed) {
        return Vec::new();
    }
    let mut all: Vec<_> = TraceOp::ALL
        .iter()
        .map(|op| (op.name(), STATE.executed[*op as usize].get()))
        .filter(|(_, n)| *n > 0)
        .collect();
    all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    all
}
