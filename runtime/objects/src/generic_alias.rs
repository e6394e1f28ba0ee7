//! `types.GenericAlias`.

use crate::*;

pub static Py_GenericAliasType: PyTypeObject = PyTypeObject::new::<gaobject>(c"types.GenericAlias");
pub fn new(origin: &PyObject, args: &PyObject) -> PyResult {
    todo!()
}
/// `__class_getitem__` of builtin generics: METH_O | METH_CLASS.
pub extern "C" fn class_getitem(class: &PyObject, args: &PyObject) -> PyResult {
    todo!()
}
