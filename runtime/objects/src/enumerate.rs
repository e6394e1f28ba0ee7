//! `enumerate` and `reversed`.

use crate::*;

pub static PyEnum_Type: PyTypeObject = PyTypeObject::new::<enumobject>(c"enumerate");
pub static PyReversed_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"reversed");
