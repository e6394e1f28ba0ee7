//! Iterators over sequences (`iterator`), callables (`callable_iterator`), `map`, `filter`, `zip`.

use crate::*;

pub static PySeqIter_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"iterator");
pub static PyCallIter_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"callable_iterator");
pub static PyMap_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"map");
pub static PyFilter_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"filter");
pub static PyZip_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"zip");
/// Iterates with `__getitem__` from 0.
pub fn sequence_iter(seq: &PyObject) -> PyResult {
    todo!()
}
/// `iter(callable, sentinel)`.
pub fn callable_iter(callable: &PyObject, sentinel: &PyObject) -> PyResult {
    todo!()
}
