//! `tuple`.

use crate::*;

pub static PyTuple_Type: PyTypeObject = PyTypeObject::new::<PyTupleObject>(c"tuple");
builtin!(PyTupleObject = PyTuple_Type);

/// The empty tuple is one object.
pub fn empty() -> Ref<PyTupleObject> {
    todo!()
}
pub fn from_owned(items: Vec<Ref>) -> PyResult<Ref<PyTupleObject>> {
    todo!()
}
pub fn from_borrowed(items: &[&PyObject]) -> PyResult<Ref<PyTupleObject>> {
    todo!()
}
impl PyTupleObject {
    #[inline(always)]
    pub fn items(&self) -> &[&PyObject] {
        todo!()
    }
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
}
