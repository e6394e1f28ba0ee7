//! Switches of the tracer, set from the command line before start-up.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};

/// Tracing is on.
pub static ENABLED: AtomicBool = AtomicBool::new(true);
/// Backward jumps until a loop is recorded.
pub static THRESHOLD: AtomicU32 = AtomicU32::new(200);
/// Exits until a side trace is recorded.
pub static HOT_EXIT: AtomicU32 = AtomicU32::new(20);
/// Bytes that traces may take.
pub static CACHE_SIZE: AtomicUsize = AtomicUsize::new(1 << 20);
/// Every guard fails (the trace is left at the first one).
pub static FORCE_EXITS: AtomicU32 = AtomicU32::new(0);
/// Traces and what becomes of recordings are printed.
pub static VERBOSE: AtomicBool = AtomicBool::new(false);
/// Statistics are printed at the end.
pub static STATS: AtomicBool = AtomicBool::new(false);

pub fn is_enabled() -> bool {
    ENABLED.load(Relaxed)
}

pub fn verbose() -> bool {
    VERBOSE.load(Relaxed)
}
