//! `slice`.

use crate::*;

pub static PySlice_Type: PyTypeObject = PyTypeObject::new::<PySliceObject>(c"slice");
builtin!(PySliceObject = PySlice_Type);

pub fn new(start: &PyObject, stop: &PyObject, step: &PyObject) -> PyResult<Ref<PySliceObject>> {
    todo!()
}
/// (start, step, count) for a sequence of `len` items, clipped.
pub fn indices(slice: &PySliceObject, len: usize) -> PyResult<(isize, isize, isize, usize)> {
    todo!()
}
