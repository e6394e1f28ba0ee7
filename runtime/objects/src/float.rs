//! `float`.

use crate::*;

pub static PyFloat_Type: PyTypeObject = PyTypeObject::new::<PyFloatObject>(c"float");
builtin!(PyFloatObject = PyFloat_Type);

#[inline]
pub fn from_f64(value: f64) -> PyResult<Ref<PyFloatObject>> {
    todo!()
}
/// Shortest text that reads back equal, as `repr` prints it.
pub fn repr_f64(value: f64) -> String {
    todo!()
}
/// As C's `printf` with `e`, `f`, `g`, `r` conversion, precision, `#` flag and "always sign".
pub fn format_f64(
    value: f64,
    conversion: u8,
    precision: usize,
    alternate: bool,
    sign: bool,
) -> String {
    todo!()
}
pub fn hash_f64(object: Option<&PyObject>, value: f64) -> isize {
    todo!()
}
/// Parses as `float(text)`; `None` if it is no float.
pub fn parse(text: &str) -> Option<f64> {
    todo!()
}
