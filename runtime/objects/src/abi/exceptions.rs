//! Exception instances.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyBaseExceptionObject`.
#[repr(C)]
pub struct PyBaseExceptionObject {
    pub ob_base: PyObject,
    pub dict: Slot<PyObject>,
    pub args: Slot<PyObject>,
    pub notes: Slot<PyObject>,
    pub traceback: Slot<PyObject>,
    pub context: Slot<PyObject>,
    pub cause: Slot<PyObject>,
    pub suppress_context: Cell<u8>,
}

/// C: `PyBaseExceptionGroupObject`.
#[repr(C)]
pub struct PyBaseExceptionGroupObject {
    pub base: PyBaseExceptionObject,
    pub msg: Slot<PyObject>,
    pub excs: Slot<PyObject>,
}

/// C: `PySyntaxErrorObject`.
#[repr(C)]
pub struct PySyntaxErrorObject {
    pub base: PyBaseExceptionObject,
    pub msg: Slot<PyObject>,
    pub filename: Slot<PyObject>,
    pub lineno: Slot<PyObject>,
    pub offset: Slot<PyObject>,
    pub end_lineno: Slot<PyObject>,
    pub end_offset: Slot<PyObject>,
    pub text: Slot<PyObject>,
    pub print_file_and_line: Slot<PyObject>,
}

/// C: `PyImportErrorObject`.
#[repr(C)]
pub struct PyImportErrorObject {
    pub base: PyBaseExceptionObject,
    pub msg: Slot<PyObject>,
    pub name: Slot<PyObject>,
    pub path: Slot<PyObject>,
}

/// C: `PyUnicodeErrorObject`.
#[repr(C)]
pub struct PyUnicodeErrorObject {
    pub base: PyBaseExceptionObject,
    pub encoding: Slot<PyObject>,
    pub object: Slot<PyObject>,
    pub start: Cell<isize>,
    pub end: Cell<isize>,
    pub reason: Slot<PyObject>,
}

/// C: `PySystemExitObject`.
#[repr(C)]
pub struct PySystemExitObject {
    pub base: PyBaseExceptionObject,
    pub code: Slot<PyObject>,
}

/// C: `PyOSErrorObject`.
#[repr(C)]
pub struct PyOSErrorObject {
    pub base: PyBaseExceptionObject,
    pub myerrno: Slot<PyObject>,
    pub strerror: Slot<PyObject>,
    pub filename: Slot<PyObject>,
    pub filename2: Slot<PyObject>,
    pub written: Cell<isize>,
}

/// C: `PyStopIterationObject`.
#[repr(C)]
pub struct PyStopIterationObject {
    pub base: PyBaseExceptionObject,
    pub value: Slot<PyObject>,
}

/// C: `PyNameErrorObject`.
#[repr(C)]
pub struct PyNameErrorObject {
    pub base: PyBaseExceptionObject,
    pub name: Slot<PyObject>,
}

/// C: `PyAttributeErrorObject`.
#[repr(C)]
pub struct PyAttributeErrorObject {
    pub base: PyBaseExceptionObject,
    pub obj: Slot<PyObject>,
    pub name: Slot<PyObject>,
}

object_structs!(
    PyBaseExceptionObject,
    PyBaseExceptionGroupObject,
    PySyntaxErrorObject,
    PyImportErrorObject,
    PyUnicodeErrorObject,
    PySystemExitObject,
    PyOSErrorObject,
    PyStopIterationObject,
    PyNameErrorObject,
    PyAttributeErrorObject
);
