//! Whether a native operation is under way whose calls of Python are to be made elsewhere, so that it is begun again (`replay` in the VM).
//!
//! Finalisers and callbacks of weak references are no questions of such an operation: they run within [`apart`].

use crate::*;
use std::ptr;

/// What every crate may know of an operation; the VM's own part lies behind it.
#[repr(C)]
#[derive(Default)]
pub struct Head {
    /// It cannot be begun again: its calls are made natively.
    pub native: Cell<bool>,
    /// What was known before it began, and it has not asked yet.
    pub hashed: Cell<Hashed>,
}

/// A hash that a `__hash__` of Python has answered before the operation began that wants it first: asked once, it is used up.
#[derive(Clone, Copy)]
pub struct Hashed {
    key: *const PyObject,
    hash: isize,
}

impl Default for Hashed {
    fn default() -> Hashed {
        Hashed {
            key: ptr::null(),
            hash: 0,
        }
    }
}

struct Known(Cell<Hashed>);
// SAFETY: U1; set between two bytecodes, the second of which begins the operation.
unsafe impl Sync for Known {}
static KNOWN: Known = Known(Cell::new(Hashed {
    key: ptr::null(),
    hash: 0,
}));

/// The operation that begins next wants this hash first.
pub fn know(key: &PyObject, hash: isize) {
    KNOWN.0.set(Hashed { key, hash });
}

/// Whether the operation that begins next knows the hash.
pub fn is_known(key: &PyObject) -> bool {
    ptr::eq(KNOWN.0.get().key, key)
}

/// What the operation that begins now knows.
#[inline(always)]
pub fn take_known() -> Hashed {
    KNOWN.0.take()
}

/// The hash that the operation under way knows.
#[inline]
pub fn known_hash(key: &PyObject) -> Option<isize> {
    // SAFETY: as in `pause`.
    let head = unsafe { current().as_ref() }?;
    let hashed = head.hashed.get();
    if !ptr::eq(hashed.key, key) {
        return None;
    }
    head.hashed.take();
    Some(hashed.hash)
}

struct Current(Cell<*const Head>);
// SAFETY: U1; null whenever the GIL may be given away, because no operation is current while bytecode runs.
unsafe impl Sync for Current {}
static CURRENT: Current = Current(Cell::new(ptr::null()));

/// The operation under way, or null.
#[inline(always)]
pub fn current() -> *const Head {
    CURRENT.0.get()
}

/// Makes an operation current; the one before.
#[inline(always)]
pub fn replace(head: *const Head) -> *const Head {
    CURRENT.0.replace(head)
}

/// An operation comes upon an object: what C code does for its types is not begun again.
#[inline(always)]
pub fn meets(object: &PyObject) {
    let current = current();
    if !current.is_null() && object.ty().tp_flags.get() & flags::tp::FOREIGN != 0 {
        // SAFETY: as in `pause`.
        unsafe { (*current).native.set(true) };
    }
}

/// How many operations are interrupted at the moment by bytecode that they run natively.
static INTERRUPTED: Count = Count(Cell::new(0));
struct Count(Cell<u32>);
// SAFETY: U1.
unsafe impl Sync for Count {}

/// How deep native operations and bytecode are nested on the native stack.
pub fn depth() -> u32 {
    INTERRUPTED.0.get()
}

/// Something runs that the operation cannot repeat: what is to be given to [`resume`] at its end.
#[inline(always)]
pub fn pause() -> *const Head {
    let current = replace(ptr::null());
    if !current.is_null() {
        // SAFETY: the current operation is on the native stack further up.
        unsafe { (*current).native.set(true) };
        INTERRUPTED.0.set(INTERRUPTED.0.get() + 1);
    }
    current
}

/// Undoes [`pause`].
#[inline(always)]
pub fn resume(paused: *const Head) {
    if !paused.is_null() {
        INTERRUPTED.0.set(INTERRUPTED.0.get() - 1);
    }
    replace(paused);
}

/// Runs what does not belong to the operation under way.
#[inline]
pub fn apart<R>(f: impl FnOnce() -> R) -> R {
    let paused = pause();
    let result = f();
    resume(paused);
    result
}
