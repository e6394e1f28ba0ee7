//! `list`.

use crate::*;

pub static PyList_Type: PyTypeObject = PyTypeObject::new::<PyListObject>(c"list");
builtin!(PyListObject = PyList_Type);

pub fn new() -> PyResult<Ref<PyListObject>> {
    todo!()
}
pub fn from_owned(items: Vec<Ref>) -> PyResult<Ref<PyListObject>> {
    todo!()
}
impl PyListObject {
    pub fn len(&self) -> usize {
        todo!()
    }
    /// The items now; U4: gone when the list changes.
    pub fn items(&self) -> &[&PyObject] {
        todo!()
    }
    pub fn get(&self, index: usize) -> Option<Ref> {
        todo!()
    }
    pub fn append(&self, item: &PyObject) -> PyResult<()> {
        todo!()
    }
    /// Takes the reference.
    pub fn push(&self, item: Ref) -> PyResult<()> {
        todo!()
    }
    pub fn insert(&self, index: isize, item: &PyObject) -> PyResult<()> {
        todo!()
    }
    /// Replaces an item, then drops the old one. IndexError.
    pub fn set(&self, index: usize, item: Ref) -> PyResult<()> {
        todo!()
    }
    /// `list[start:end] = items`
    pub fn splice(&self, start: usize, end: usize, items: &[Ref]) -> PyResult<()> {
        todo!()
    }
    pub fn extend(&self, iterable: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn pop(&self, index: isize) -> PyResult {
        todo!()
    }
    pub fn clear(&self) {
        todo!()
    }
    /// Natively: `key` and `<` run in nested interpreters.
    pub fn sort(&self, key: Option<&PyObject>, reverse: bool) -> PyResult<()> {
        todo!()
    }
    pub fn reverse(&self) {
        todo!()
    }
}
