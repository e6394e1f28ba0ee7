//! `complex`.

use crate::*;

pub static PyComplex_Type: PyTypeObject = PyTypeObject::new::<PyComplexObject>(c"complex");
builtin!(PyComplexObject = PyComplex_Type);

pub fn from_parts(re: f64, im: f64) -> PyResult<Ref<PyComplexObject>> {
    todo!()
}
