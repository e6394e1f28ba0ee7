//! The GIL: who holds it runs Python and is `_PyRuntime.tstate_current`. A thread that has waited for a switch interval asks the holder,
//! through the eval breaker, to let go; whoever was asked waits until another thread has had it.
//!
//! Once the interpreter ends, other threads that want the GIL stop for ever: they must not touch objects any more, and unwinding their
//! native stacks is not possible.

use crate::{breaker, state};
use hotpy_objects::*;
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

struct Inner {
    locked: bool,
    last_holder: *mut PyThreadState,
    /// How often the holder changed.
    switches: u64,
    /// Threads that wait for `released`, and for `switched`: to notify nobody is a system call too.
    waiting: u32,
    yielding: u32,
}

struct Gil {
    inner: Mutex<Inner>,
    /// It was let go.
    released: Condvar,
    /// Somebody else has taken it.
    switched: Condvar,
}

impl Gil {
    const fn new(holder: *mut PyThreadState) -> Gil {
        Gil {
            inner: Mutex::new(Inner {
                locked: true,
                last_holder: holder,
                switches: 0,
                waiting: 0,
                yielding: 0,
            }),
            released: Condvar::new(),
            switched: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In a cell because a forked child starts with a new one.
struct Place(UnsafeCell<MaybeUninit<Gil>>);

// SAFETY: written at start-up and in a forked child only, when there is one thread; otherwise it is a mutex's affair.
unsafe impl Sync for Place {}

static GIL: Place = Place(UnsafeCell::new(MaybeUninit::new(Gil::new(ptr::null_mut()))));

/// Microseconds.
static INTERVAL: AtomicU64 = AtomicU64::new(5000);

thread_local! {
    /// The nesting of deallocations while the thread does not hold the GIL.
    static NESTING: Cell<u32> = const { Cell::new(0) };
}

fn gil() -> &'static Gil {
    // SAFETY: always initialised.
    unsafe { (*GIL.0.get()).assume_init_ref() }
}

/// `sys.getswitchinterval()`, in microseconds.
pub fn interval() -> u64 {
    INTERVAL.load(Relaxed)
}

/// Sets it; at least 1.
pub fn set_interval(microseconds: u64) {
    INTERVAL.store(microseconds.max(1), Relaxed);
}

/// From now on no other thread than the caller's runs Python.
pub fn set_finalizing() {
    _PyRuntime.initialized.store(0, Release);
    _PyRuntime.core_initialized.store(0, Release);
    _PyRuntime._finalizing.store(as_mut(tstate()), Release);
}

fn as_mut(ts: &'static PyThreadState) -> *mut PyThreadState {
    ts as *const PyThreadState as *mut PyThreadState
}

/// Stops the calling thread for ever if the interpreter is ending and it is not the one that ends it.
fn stop_if_ended(ts: &'static PyThreadState) {
    let last = _PyRuntime._finalizing.load(Acquire);
    if last.is_null() || last == as_mut(ts) {
        return;
    }
    loop {
        // SAFETY: a plain system call.
        unsafe { libc::pause() };
    }
}

/// Takes the GIL for a thread state of the calling thread. The C library's error number stays as it is.
pub fn acquire(ts: &'static PyThreadState) {
    // SAFETY: the address is valid.
    let errno = unsafe { *libc::__errno_location() };
    stop_if_ended(ts);
    let gil = gil();
    let mut inner = gil.lock();
    while inner.locked {
        let switches = inner.switches;
        let interval = Duration::from_micros(interval());
        inner.waiting += 1;
        let (guard, waited) = gil
            .released
            .wait_timeout(inner, interval)
            .unwrap_or_else(PoisonError::into_inner);
        inner = guard;
        inner.waiting -= 1;
        if waited.timed_out() && inner.locked && inner.switches == switches {
            if !_PyRuntime._finalizing.load(Acquire).is_null() {
                drop(inner);
                stop_if_ended(ts);
                inner = gil.lock();
            }
            breaker::request_switch();
        }
    }
    inner.locked = true;
    if inner.last_holder != as_mut(ts) {
        inner.last_holder = as_mut(ts);
        inner.switches += 1;
    }
    breaker::switch_done();
    if inner.yielding > 0 {
        gil.switched.notify_all();
    }
    drop(inner);
    if !_PyRuntime._finalizing.load(Acquire).is_null()
        && _PyRuntime._finalizing.load(Acquire) != as_mut(ts)
    {
        unlock(as_mut(ts));
        stop_if_ended(ts);
    }
    state::make_current(Some(ts));
    reference::swap_dealloc_nesting(NESTING.get());
    breaker::recompute(ts);
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

fn unlock(ts: *mut PyThreadState) {
    let gil = gil();
    let mut inner = gil.lock();
    inner.last_holder = ts;
    inner.locked = false;
    if inner.waiting > 0 {
        gil.released.notify_one();
    }
    if breaker::switch_requested() {
        // Others get it first.
        let mut rounds = 0;
        while inner.last_holder == ts && breaker::switch_requested() && rounds < 100 {
            rounds += 1;
            let wait = Duration::from_micros(interval());
            inner.yielding += 1;
            inner = gil
                .switched
                .wait_timeout(inner, wait)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            inner.yielding -= 1;
        }
    }
}

/// Lets go of the GIL; the caller's thread state, for [`acquire`]. No object may be touched meanwhile.
pub fn release() -> &'static PyThreadState {
    let ts = tstate();
    // Other threads may look at this one's frames.
    frame::force();
    NESTING.set(reference::swap_dealloc_nesting(0));
    state::make_current(None);
    unlock(as_mut(ts));
    ts
}

/// The end of a thread: deletes its cleared state and lets go of the GIL.
///
/// # Safety
/// `ts` is the current state; the thread does not use it again.
pub unsafe fn end(ts: &'static PyThreadState) {
    let ts = as_mut(ts);
    state::make_current(None);
    reference::swap_dealloc_nesting(0);
    // SAFETY: passed on.
    unsafe { state::delete(ts) };
    unlock(ptr::null_mut());
}

/// Runs `f`, which touches no Python object, while other threads may run Python code.
#[inline]
pub fn without<R>(f: impl FnOnce() -> R) -> R {
    // What waits cannot begin again, and other threads have nothing to do with it.
    let paused = attempt::pause();
    let ts = release();
    let result = f();
    acquire(ts);
    attempt::resume(paused);
    result
}

/// Lets other threads run, if they want to.
pub fn yield_now() {
    acquire(release());
}

/// In the child of a fork: the caller holds a new GIL.
pub fn after_fork(ts: &'static PyThreadState) {
    // SAFETY: there is one thread; what other threads did to the old value does not matter any more.
    unsafe { (*GIL.0.get()).write(Gil::new(as_mut(ts))) };
    breaker::switch_done();
}
