//! `object`.

use crate::*;

pub static PyBaseObject_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"object");
