//! `mappingproxy`.

use crate::*;

pub static PyDictProxy_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"mappingproxy");
pub fn new(mapping: &PyObject) -> PyResult {
    todo!()
}
