//! The eval breaker: one word that the interpreter looks at on back edges and function entries. Signals, collections and other
//! threads' wishes set it; [`handle`] serves them between two bytecodes.

use hotpy_objects::*;
use std::sync::atomic::{AtomicBool, Ordering::*};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static SIGNALS: AtomicBool = AtomicBool::new(false);

/// Runs Python's signal handlers; provided by the `_signal` module.
static SIGNAL_HANDLER: std::sync::OnceLock<fn() -> PyResult<()>> = std::sync::OnceLock::new();

/// Sets the function that runs the handlers of signals that have come in.
pub fn set_signal_handler(handler: fn() -> PyResult<()>) {
    let _ = SIGNAL_HANDLER.set(handler);
}

/// Asks for the handlers to be run; async-signal-safe.
pub fn request_signals() {
    SIGNALS.store(true, Release);
    REQUESTED.store(true, Release);
}

/// Whether anything waits.
#[inline(always)]
pub fn is_requested() -> bool {
    REQUESTED.load(Relaxed) || gc::is_due()
}

/// Serves what waits: collection, signal handlers. Any exception of a handler.
#[cold]
#[inline(never)]
pub fn handle() -> PyResult<()> {
    if REQUESTED.swap(false, AcqRel) && SIGNALS.swap(false, AcqRel) {
        if let Some(handler) = SIGNAL_HANDLER.get() {
            handler()?;
        }
    }
    if gc::is_due() {
        gc::collect_due();
    }
    Ok(())
}
