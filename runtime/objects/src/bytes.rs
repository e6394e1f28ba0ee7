//! `bytes`.

use crate::*;

pub static PyBytes_Type: PyTypeObject = PyTypeObject::new::<PyBytesObject>(c"bytes");
builtin!(PyBytesObject = PyBytes_Type);

pub fn new(data: &[u8]) -> PyResult<Ref<PyBytesObject>> {
    todo!()
}
impl PyBytesObject {
    pub fn as_slice(&self) -> &[u8] {
        todo!()
    }
}
/// Runs `f` over the bytes of any object with the buffer protocol. TypeError "a bytes-like object is required, not 'X'".
pub fn with_buffer<R>(obj: &PyObject, f: impl FnOnce(&[u8]) -> PyResult<R>) -> PyResult<R> {
    let _ = (obj, f);
    todo!()
}
