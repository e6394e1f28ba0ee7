//! Switches of the tracer, set from the command line before start-up.

use hotpy_trace_ir::passes::Switches;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};

/// Tracing is on.
pub static ENABLED: AtomicBool = AtomicBool::new(true);
/// Backward jumps until a loop is recorded.
pub static THRESHOLD: AtomicU32 = AtomicU32::new(1000);
/// Exits until a side trace is recorded.
pub static HOT_EXIT: AtomicU32 = AtomicU32::new(20);
/// Bytes that traces may take.
pub static CACHE_SIZE: AtomicUsize = AtomicUsize::new(1 << 20);
/// Milliseconds of the process's time after which traces' heat is halved; 0: it never is.
pub static DECAY: AtomicU32 = AtomicU32::new(250);
/// Traces that are made at all: for finding the one that goes wrong.
pub static LIMIT: AtomicU32 = AtomicU32::new(u32::MAX);
/// Every Nth guard fails (see `checks`).
pub static FORCE_EXITS: AtomicU32 = AtomicU32::new(0);
/// The guard at this place of each trace fails.
pub static FAIL_GUARD: AtomicU32 = AtomicU32::new(crate::checks::NO_GUARD);
/// Each guard fails once.
pub static SWEEP: AtomicBool = AtomicBool::new(false);
/// The cache is emptied at every Nth call.
pub static FLUSH: AtomicU32 = AtomicU32::new(0);
/// Traces and what becomes of recordings are printed.
pub static VERBOSE: AtomicBool = AtomicBool::new(false);
/// Statistics are printed at the end.
pub static STATS: AtomicBool = AtomicBool::new(false);

/// `-X no-specialise`: operators of numbers are not done on machine numbers; what is known of values does not flow on.
pub static SPECIALISE: AtomicBool = AtomicBool::new(true);
/// `-X no-tailcall`: surrogates that have called in their own place keep their frames.
pub static TAILCALL: AtomicBool = AtomicBool::new(true);
/// `-X no-defer`: boxes and tuples are made where the program makes them.
pub static DEFER: AtomicBool = AtomicBool::new(true);
/// `-X no-register`: locals are copied to the stack and back, each value has a register of its own.
pub static REGISTER: AtomicBool = AtomicBool::new(true);
/// `-X no-coalesce`: equal computations, reads and checks, comparisons and their guards, moves of loops stay apart.
pub static COALESCE: AtomicBool = AtomicBool::new(true);

/// The passes by name.
pub static PASSES: [(&str, &AtomicBool); 5] = [
    ("specialise", &SPECIALISE),
    ("tailcall", &TAILCALL),
    ("defer", &DEFER),
    ("register", &REGISTER),
    ("coalesce", &COALESCE),
];

/// Which passes are on.
pub fn passes() -> Switches {
    Switches {
        specialise: specialise(),
        tailcall: TAILCALL.load(Relaxed),
        defer: defer(),
        register: register(),
        coalesce: coalesce(),
    }
}

pub fn specialise() -> bool {
    SPECIALISE.load(Relaxed)
}

pub fn defer() -> bool {
    DEFER.load(Relaxed)
}

pub fn register() -> bool {
    REGISTER.load(Relaxed)
}

pub fn coalesce() -> bool {
    COALESCE.load(Relaxed)
}

pub fn is_enabled() -> bool {
    ENABLED.load(Relaxed)
}

pub fn verbose() -> bool {
    VERBOSE.load(Relaxed)
}
