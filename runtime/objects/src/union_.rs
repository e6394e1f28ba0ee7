//! `types.UnionType`.

use crate::*;

pub static _PyUnion_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"types.UnionType");
/// `X | Y` of types; NotImplemented if either is no type.
pub extern "C" fn type_or(a: &PyObject, b: &PyObject) -> PyResult {
    todo!()
}
