//! CPython 3.11's memory layout: `repr(C)` structures, slot signatures, constants, and the owned reference.
//!
//! Invariants (numbered, cited as `U1`.. in SAFETY comments of the runtime):
//!
//! - **U1 GIL**: every object, type and state structure is only touched by the thread that holds the GIL; that is why
//!   structures full of cells are `Sync`.
//! - **U2 Header**: a type that implements [`Object`] starts with a `PyObject` header, and a `&T` to it points to a
//!   live object of that layout.
//! - **U3 Slots**: a slot of a type is only called with a `self` whose type is that type or a subtype.
//! - **U4 Borrow**: a reference got from a [`Slot`] is valid until the slot changes; nobody holds one across
//!   code that may run Python.
//! - **U5 Raised**: `Err(Raised)` is returned exactly when the current thread state's `curexc_type` is set.

pub mod containers;
pub mod exceptions;
pub mod flags;
pub mod frames;
pub mod functions;
pub mod interpreter;
pub mod modules;
pub mod numbers;
pub mod object;
pub mod reference;
pub mod runtime;
pub mod signatures;
pub mod state;
pub mod static_strings;
pub mod text;

pub use containers::*;
pub use exceptions::*;
pub use frames::*;
pub use functions::*;
pub use interpreter::*;
pub use modules::*;
pub use numbers::*;
pub use object::*;
pub use reference::{Args, Object, PyResult, Raised, Ref, Slot};
pub use runtime::*;
pub use signatures::*;
pub use state::*;
pub use text::*;

pub use std::cell::Cell;
pub use std::ffi::{c_char, c_int, c_void};

/// Declares that each named structure starts with an object header (U2) and lets it be used as a `PyObject`.
#[macro_export]
macro_rules! object_structs {
    ($($name:ident),* $(,)?) => { $(
        // SAFETY: U2, the structure is repr(C) and its first field is an object header.
        unsafe impl $crate::Object for $name {}
        // SAFETY: U1.
        unsafe impl Sync for $name {}
        impl std::ops::Deref for $name {
            type Target = $crate::PyObject;
            #[inline(always)]
            fn deref(&self) -> &$crate::PyObject {
                // SAFETY: U2.
                unsafe { &*(self as *const $name as *const $crate::PyObject) }
            }
        }
    )* };
}

macro_rules! sync_tables {
    ($($name:ident),* $(,)?) => { $(
        // SAFETY: U1.
        unsafe impl Sync for $name {}
    )* };
}

sync_tables!(
    PyObject,
    PyNumberMethods,
    PySequenceMethods,
    PyMappingMethods,
    PyAsyncMethods,
    PyBufferProcs,
    PyMethodDef,
    PyGetSetDef,
    PyMemberDef,
    PyModuleDef_Slot,
    PyStructSequence_Field,
    PyStructSequence_Desc,
    wrapperbase,
    PyDictKeysObject,
    PyType_Slot,
    PyType_Spec,
    PyThreadState,
    PyInterpreterState,
    _PyRuntimeState,
);

// SAFETY: U2, it is the header itself.
unsafe impl Object for PyObject {}
