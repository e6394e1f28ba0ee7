//! The thread state: creation, the data stack's first chunk, the root frame link.

use hotpy_objects::*;
use std::ptr;

/// Python's default recursion limit.
pub const DEFAULT_RECURSION_LIMIT: i32 = 1000;

/// Makes a thread state for the calling thread and the interpreter; it is not yet current.
/// Lives until [`destroy`].
pub fn create() -> &'static PyThreadState {
    // SAFETY: every field is a cell for which all zero bits are valid; the self-references point into the box.
    unsafe {
        let ts: &'static PyThreadState =
            &*Box::into_raw(Box::new(std::mem::zeroed::<PyThreadState>()));
        ts.interp
            .set(&raw const _PyRuntime.main_interpreter as *mut PyInterpreterState);
        ts._initialized.set(1);
        ts.recursion_limit.set(DEFAULT_RECURSION_LIMIT);
        ts.recursion_remaining.set(DEFAULT_RECURSION_LIMIT);
        ts.exc_info
            .set(&raw const ts.exc_state as *mut _PyErr_StackItem);
        ts.cframe.set(&raw const ts.root_cframe as *mut _PyCFrame);
        ts.thread_id.set(libc::pthread_self());
        ts.native_thread_id
            .set(libc::syscall(libc::SYS_gettid) as u64);
        ts.id.set(1);
        ts.context_ver.set(1);
        ts
    }
}

/// Makes `ts` the current thread state. The caller holds the GIL.
pub fn make_current(ts: Option<&'static PyThreadState>) {
    _PyRuntime
        .tstate_current
        .set(ts.map_or(ptr::null_mut(), |t| {
            t as *const PyThreadState as *mut PyThreadState
        }));
}

/// Sets `sys.setrecursionlimit`'s limit. RecursionError if the depth is beyond it already.
pub fn set_recursion_limit(limit: i32) -> PyResult<()> {
    if limit < 1 {
        return Err(raise!(
            ValueError,
            "recursion limit must be greater or equal than 1"
        ));
    }
    let ts = tstate();
    let depth = ts.recursion_limit.get() - ts.recursion_remaining.get();
    if depth >= limit {
        return Err(raise!(
            RecursionError,
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        ));
    }
    ts.recursion_limit.set(limit);
    ts.recursion_remaining.set(limit - depth);
    Ok(())
}
