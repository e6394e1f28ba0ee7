//! `bytearray`.

use crate::*;

pub static PyByteArray_Type: PyTypeObject = PyTypeObject::new::<PyByteArrayObject>(c"bytearray");
builtin!(PyByteArrayObject = PyByteArray_Type);

pub fn new(data: &[u8]) -> PyResult<Ref<PyByteArrayObject>> {
    todo!()
}
