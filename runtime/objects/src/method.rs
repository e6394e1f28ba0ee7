//! `method`: a function bound to an object.

use crate::*;

pub static PyMethod_Type: PyTypeObject = PyTypeObject::new::<PyMethodObject>(c"method");
builtin!(PyMethodObject = PyMethod_Type);

pub fn new(function: &PyObject, this: &PyObject) -> PyResult<Ref<PyMethodObject>> {
    todo!()
}
