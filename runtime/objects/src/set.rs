//! `set` and `frozenset`.

use crate::*;

pub static PySet_Type: PyTypeObject = PyTypeObject::new::<PySetObject>(c"set");
builtin!(PySetObject = PySet_Type);

pub static PyFrozenSet_Type: PyTypeObject = PyTypeObject::new::<PySetObject>(c"frozenset");
pub fn new() -> PyResult<Ref<PySetObject>> {
    todo!()
}
pub fn new_frozen(items: &[Ref]) -> PyResult<Ref<PySetObject>> {
    todo!()
}
impl PySetObject {
    pub fn len(&self) -> usize {
        todo!()
    }
    /// Whether it was new.
    pub fn add(&self, item: &PyObject) -> PyResult<bool> {
        todo!()
    }
    pub fn contains(&self, item: &PyObject) -> PyResult<bool> {
        todo!()
    }
    pub fn discard(&self, item: &PyObject) -> PyResult<bool> {
        todo!()
    }
    pub fn update(&self, iterable: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn items(&self) -> Vec<Ref> {
        todo!()
    }
    pub fn clear(&self) {
        todo!()
    }
}
