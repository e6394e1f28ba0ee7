//! `memoryview` and the buffer protocol.

use crate::*;

pub static PyMemoryView_Type: PyTypeObject = PyTypeObject::new::<PyMemoryViewObject>(c"memoryview");
builtin!(PyMemoryViewObject = PyMemoryView_Type);

pub fn new(obj: &PyObject) -> PyResult<Ref<PyMemoryViewObject>> {
    todo!()
}
