//! `types.SimpleNamespace`.

use crate::*;

pub static _PyNamespace_Type: PyTypeObject =
    PyTypeObject::new::<PyObject>(c"types.SimpleNamespace");
pub fn new(attributes: Option<&PyDictObject>) -> PyResult {
    todo!()
}
