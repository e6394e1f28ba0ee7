//! `_PyRuntime`: a blob of CPython's size of which some parts live, where compiled modules look for them.

use crate::abi::*;
use std::sync::atomic::{AtomicI32, AtomicPtr};

pub const SMALL_INT_MIN: i64 = -5;
pub const SMALL_INT_MAX: i64 = 256;

/// C: `_PyRuntimeState`; see the offsets in `tests/layout.rs`.
#[repr(C)]
pub struct _PyRuntimeState {
    head: [Cell<u32>; 3],
    /// 1 from when modules can be imported until the end begins.
    pub core_initialized: AtomicI32,
    /// 1 from when programs can run until the end begins; any thread may ask.
    pub initialized: AtomicI32,
    /// The thread state that ends the interpreter; null before.
    pub _finalizing: AtomicPtr<PyThreadState>,
    ceval: [Cell<u8>; 544],
    /// The thread state of the GIL's holder.
    pub tstate_current: Cell<*mut PyThreadState>,
    gap: [Cell<u8>; 96],
    /// The ints -5 to 256, in place.
    pub small_ints: [PyLongObject; 262],
    pub bytes_empty: PyBytesObject,
    pub bytes_characters: [[Cell<u64>; 6]; 256],
    /// Interned literals and identifiers of CPython's own code.
    pub strings: [Cell<u64>; 2511],
    /// One-character ASCII strings: a 48-byte header, the character, a null.
    pub ascii: [[Cell<u64>; 7]; 128],
    /// One-character Latin-1 strings (128 to 255): a 72-byte header, the character, a null.
    pub latin1: [[Cell<u64>; 10]; 128],
    tuple_empty_gc: [Cell<u64>; 2],
    pub tuple_empty: [Cell<u64>; 4],
    pub main_interpreter: PyInterpreterState,
}

/// The runtime's state, exported under its C name.
#[unsafe(no_mangle)]
pub static _PyRuntime: _PyRuntimeState = {
    // SAFETY: every field is a cell, an atomic or an array of cells for which all zero bits are valid.
    let mut state: _PyRuntimeState = unsafe { std::mem::zeroed() };
    let mut i = 0;
    while i < 262 {
        let value = i as i64 + SMALL_INT_MIN;
        let digit = if value < 0 { -value } else { value } as u32;
        let size = if value < 0 {
            -1
        } else if value == 0 {
            0
        } else {
            1
        };
        state.small_ints[i] = PyLongObject {
            ob_base: PyVarObject {
                ob_base: PyObject {
                    ob_refcnt: Cell::new(IMMORTAL),
                    ob_type: Slot::EMPTY,
                },
                ob_size: Cell::new(size),
            },
            ob_digit: [Cell::new(digit)],
        };
        i += 1;
    }
    state
};

/// The reference count that objects which live for ever start with.
pub const IMMORTAL: isize = 1 << 40;

/// The thread state of the GIL's holder, that is, of the caller.
#[inline(always)]
pub fn tstate() -> &'static PyThreadState {
    // SAFETY: set before the first Python object is made, and switched with the GIL (U1).
    unsafe { &*_PyRuntime.tstate_current.get() }
}
