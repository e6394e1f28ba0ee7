//! `str`, `bytes`, `bytearray`, the buffer protocol.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyASCIIObject`.
#[repr(C)]
pub struct PyASCIIObject {
    pub ob_base: PyObject,
    pub length: Cell<isize>,
    pub hash: Cell<isize>,
    pub state: Cell<u32>,
    pub wstr: Cell<*mut c_void>,
}

/// C: `PyCompactUnicodeObject`.
#[repr(C)]
pub struct PyCompactUnicodeObject {
    pub _base: PyASCIIObject,
    pub utf8_length: Cell<isize>,
    pub utf8: Cell<*const c_char>,
    pub wstr_length: Cell<isize>,
}

/// C: `PyUnicodeObject`.
#[repr(C)]
pub struct PyUnicodeObject {
    pub _base: PyCompactUnicodeObject,
    pub data: Cell<*mut c_void>,
}

/// C: `PyBytesObject`.
#[repr(C)]
pub struct PyBytesObject {
    pub ob_base: PyVarObject,
    pub ob_shash: Cell<isize>,
    pub ob_sval: [Cell<u8>; 1],
}

/// C: `PyByteArrayObject`.
#[repr(C)]
pub struct PyByteArrayObject {
    pub ob_base: PyVarObject,
    pub ob_alloc: Cell<isize>,
    pub ob_bytes: Cell<*const c_char>,
    pub ob_start: Cell<*const c_char>,
    pub ob_exports: Cell<isize>,
}

/// C: `Py_buffer`.
#[repr(C)]
pub struct Py_buffer {
    pub buf: Cell<*mut c_void>,
    pub obj: Slot<PyObject>,
    pub len: Cell<isize>,
    pub itemsize: Cell<isize>,
    pub readonly: Cell<i32>,
    pub ndim: Cell<i32>,
    pub format: Cell<*const c_char>,
    pub shape: Cell<*mut c_void>,
    pub strides: Cell<*mut c_void>,
    pub suboffsets: Cell<*mut c_void>,
    pub internal: Cell<*mut c_void>,
}

/// C: `_PyManagedBufferObject`.
#[repr(C)]
pub struct _PyManagedBufferObject {
    pub ob_base: PyObject,
    pub flags: Cell<i32>,
    pub exports: Cell<isize>,
    pub master: Py_buffer,
}

/// C: `PyMemoryViewObject`.
#[repr(C)]
pub struct PyMemoryViewObject {
    pub ob_base: PyVarObject,
    pub mbuf: Slot<_PyManagedBufferObject>,
    pub hash: Cell<isize>,
    pub flags: Cell<i32>,
    pub exports: Cell<isize>,
    pub view: Py_buffer,
    pub weakreflist: Slot<PyObject>,
    pub ob_array: [Cell<isize>; 1],
}

object_structs!(
    PyASCIIObject,
    PyCompactUnicodeObject,
    PyUnicodeObject,
    PyBytesObject,
    PyByteArrayObject,
    _PyManagedBufferObject,
    PyMemoryViewObject
);
