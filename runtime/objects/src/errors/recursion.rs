//! The guard of native recursion: CPython 3.11's recursion counter, and the end of the native stack.

use crate::*;

/// Native stack kept free for code that does not check.
const HEADROOM: usize = 100 << 10;

thread_local! {
    /// Below this address the thread's stack counts as exhausted; 0 until [`set_stack_limit`].
    static STACK_LIMIT: Cell<usize> = const { Cell::new(0) };
}

/// Learns where the calling thread's native stack ends. Every thread calls it before it runs Python.
pub fn set_stack_limit() {
    // SAFETY: the attributes are initialised by the successful call and destroyed once.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return;
        }
        let mut start = std::ptr::null_mut();
        let mut size = 0;
        if libc::pthread_attr_getstack(&attributes, &mut start, &mut size) == 0 {
            STACK_LIMIT.set(start as usize + HEADROOM.min(size / 4));
        }
        libc::pthread_attr_destroy(&mut attributes);
    }
}

/// Whether the native stack is used up but for the headroom.
#[inline(always)]
pub fn stack_is_low() -> bool {
    let marker = 0u8;
    (&raw const marker as usize) < STACK_LIMIT.get()
}

/// Guards native recursion: counts against the recursion limit and checks the native stack; undone on drop.
/// RecursionError "maximum recursion depth exceeded{place}".
#[inline]
pub fn enter_native(place: &'static str) -> PyResult<NativeGuard> {
    let state = tstate();
    let remaining = state.recursion_remaining.get();
    if remaining <= 0 || stack_is_low() {
        too_deep(state, place)?;
    }
    state.recursion_remaining.set(remaining - 1);
    Ok(NativeGuard(()))
}

/// What [`enter_native`] tells, of levels that an algorithm keeps on the heap.
pub fn check_levels(levels: usize, place: &'static str) -> PyResult<()> {
    let state = tstate();
    if state.recursion_remaining.get() as i64 <= levels as i64 {
        too_deep(state, place)?;
    }
    Ok(())
}

/// Raises, unless it is the raising itself that has got here.
#[cold]
#[inline(never)]
fn too_deep(state: &PyThreadState, place: &str) -> PyResult<()> {
    if state.recursion_headroom.get() != 0 {
        return Ok(());
    }
    state.recursion_headroom.set(1);
    raise!(RecursionError, "maximum recursion depth exceeded{place}");
    state.recursion_headroom.set(0);
    Err(Raised)
}

/// One level of native recursion.
pub struct NativeGuard(());

impl Drop for NativeGuard {
    #[inline]
    fn drop(&mut self) {
        let state = tstate();
        state
            .recursion_remaining
            .set(state.recursion_remaining.get() + 1);
    }
}
