//! `int`: arbitrary precision, 30-bit digits.

use crate::*;

pub static PyLong_Type: PyTypeObject = PyTypeObject::new::<PyLongObject>(c"int");
builtin!(PyLongObject = PyLong_Type);

pub const fn static_int(ty: &'static PyTypeObject, value: u32) -> PyLongObject {
    PyLongObject {
        ob_base: PyVarObject {
            ob_base: PyObject {
                ob_refcnt: Cell::new(IMMORTAL),
                ob_type: Slot::of(ty),
            },
            ob_size: Cell::new(if value == 0 { 0 } else { 1 }),
        },
        ob_digit: [Cell::new(value)],
    }
}
pub fn from_i64(value: i64) -> PyResult<Ref<PyLongObject>> {
    todo!()
}
pub fn from_u64(value: u64) -> PyResult<Ref<PyLongObject>> {
    todo!()
}
pub fn from_usize(value: usize) -> PyResult<Ref<PyLongObject>> {
    todo!()
}
pub fn from_bigint(value: &num_bigint::BigInt) -> PyResult<Ref<PyLongObject>> {
    todo!()
}
/// ValueError / OverflowError for nan and infinity.
pub fn from_f64(value: f64) -> PyResult<Ref<PyLongObject>> {
    todo!()
}
/// Parses digits as `int(text, base)` does (underscores, prefixes, sign, white space).
pub fn from_text(text: &str, base: u32) -> PyResult<Ref<PyLongObject>> {
    todo!()
}
impl PyLongObject {
    /// Digits, least significant first.
    pub fn digits(&self) -> &[u32] {
        todo!()
    }
    pub fn is_negative(&self) -> bool {
        todo!()
    }
    pub fn to_i64(&self) -> Option<i64> {
        todo!()
    }
    pub fn to_u64(&self) -> Option<u64> {
        todo!()
    }
    pub fn to_f64(&self) -> PyResult<f64> {
        todo!()
    }
    pub fn to_bigint(&self) -> num_bigint::BigInt {
        todo!()
    }
    pub fn sign(&self) -> i32 {
        todo!()
    }
}
pub fn hash(value: &PyLongObject) -> isize {
    todo!()
}
