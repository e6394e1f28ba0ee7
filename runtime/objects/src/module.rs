//! `module`.

use crate::*;

pub static PyModule_Type: PyTypeObject = PyTypeObject::new::<PyModuleObject>(c"module");
builtin!(PyModuleObject = PyModule_Type);

pub fn new(name: &str) -> PyResult<Ref<PyModuleObject>> {
    todo!()
}
/// A module with a doc string and functions of a static table, as builtin modules are.
pub fn with_methods(
    name: &'static str,
    doc: &'static str,
    methods: &'static [PyMethodDef],
) -> PyResult<Ref<PyModuleObject>> {
    todo!()
}
impl PyModuleObject {
    pub fn dict(&self) -> &PyDictObject {
        todo!()
    }
    pub fn add(&self, name: &str, value: &PyObject) -> PyResult<()> {
        todo!()
    }
}
