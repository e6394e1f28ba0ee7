//! The eval breaker: one word that the interpreter looks at on back edges and function entries. Signals, collections and other
//! threads' wishes set it; [`handle`] serves them between two bytecodes.

use crate::{gil, state};
use hotpy_objects::*;
use std::sync::atomic::{AtomicBool, Ordering::*};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static SIGNALS: AtomicBool = AtomicBool::new(false);
static SWITCH: AtomicBool = AtomicBool::new(false);

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

/// Calls that C code asked for (`Py_AddPendingCall`), oldest first: a function and its argument.
static PENDING: std::sync::Mutex<Vec<(extern "C" fn(*mut c_void) -> c_int, usize)>> =
    std::sync::Mutex::new(Vec::new());

/// As many calls as CPython keeps waiting.
const PENDING_MAX: usize = 32;

/// Asks for a call at the next eval breaker; false if too many wait. Any thread may ask.
pub fn add_pending(function: extern "C" fn(*mut c_void) -> c_int, argument: usize) -> bool {
    let Ok(mut pending) = PENDING.lock() else {
        return false;
    };
    if pending.len() >= PENDING_MAX {
        return false;
    }
    pending.push((function, argument));
    REQUESTED.store(true, Release);
    true
}

/// Makes the calls that wait. Whatever they raise.
pub fn run_pending() -> PyResult<()> {
    loop {
        let next = match PENDING.lock() {
            Ok(mut pending) if !pending.is_empty() => pending.remove(0),
            _ => return Ok(()),
        };
        if next.0(next.1 as *mut c_void) != 0 {
            return Err(Raised);
        }
    }
}

/// Asks the GIL's holder to let go.
pub fn request_switch() {
    SWITCH.store(true, Release);
    REQUESTED.store(true, Release);
}

/// Asks for a look at the thread states' asynchronous exceptions.
pub fn request_look() {
    REQUESTED.store(true, Release);
}

/// Somebody has got the GIL.
pub fn switch_done() {
    SWITCH.store(false, Release);
}

pub fn switch_requested() -> bool {
    SWITCH.load(Acquire)
}

/// A thread has got the GIL: what waits for this one?
pub fn recompute(ts: &PyThreadState) {
    if SIGNALS.load(Acquire) && state::is_main(ts) || !ts.async_exc.is_null() {
        REQUESTED.store(true, Release);
    }
}

/// Whether anything waits.
#[inline(always)]
pub fn is_requested() -> bool {
    REQUESTED.load(Relaxed) || gc::is_due()
}

/// Serves what waits: collection, signal handlers, other threads, an exception from another thread. Any exception of a handler.
#[cold]
#[inline(never)]
pub fn handle() -> PyResult<()> {
    if REQUESTED.swap(false, AcqRel) {
        let ts = tstate();
        // Other threads leave the signals to the main thread.
        if state::is_main(ts) && SIGNALS.swap(false, AcqRel) {
            if let Some(handler) = SIGNAL_HANDLER.get() {
                handler()?;
            }
        }
        if switch_requested() {
            gil::yield_now();
        }
        if let Some(exception) = ts.async_exc.take() {
            return Err(errors::raise_value(&exception, None));
        }
        if state::is_main(ts) {
            run_pending()?;
        }
    }
    if gc::is_due() {
        gc::collect_due();
    }
    Ok(())
}
