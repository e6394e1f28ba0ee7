//! `cell`.

use crate::*;

pub static PyCell_Type: PyTypeObject = PyTypeObject::new::<PyCellObject>(c"cell");
builtin!(PyCellObject = PyCell_Type);

pub fn new(content: Option<Ref>) -> PyResult<Ref<PyCellObject>> {
    todo!()
}
