//! `int`, `float`, `complex`.
//!
//! Fields, order and sizes are CPython 3.11's; `tests/layout.rs` compares them with the installed headers.

use crate::abi::*;
use crate::object_structs;

/// C: `PyLongObject`.
#[repr(C)]
pub struct PyLongObject {
    pub ob_base: PyVarObject,
    pub ob_digit: [Cell<u32>; 1],
}

/// C: `PyFloatObject`.
#[repr(C)]
pub struct PyFloatObject {
    pub ob_base: PyObject,
    pub ob_fval: Cell<f64>,
}

/// C: `Py_complex`.
#[repr(C)]
pub struct Py_complex {
    pub real: Cell<f64>,
    pub imag: Cell<f64>,
}

/// C: `PyComplexObject`.
#[repr(C)]
pub struct PyComplexObject {
    pub ob_base: PyObject,
    pub cval: Py_complex,
}

object_structs!(PyLongObject, PyFloatObject, PyComplexObject);
