//! `bool`: two ints that print differently.

use crate::*;

pub static PyBool_Type: PyTypeObject = PyTypeObject::new::<PyBool>(c"bool");
builtin!(PyBool = PyBool_Type);

/// `True` and `False` have int's layout.
#[repr(transparent)]
pub struct PyBool(pub PyLongObject);
object_structs!(PyBool);
pub static _Py_TrueStruct: PyLongObject = int::static_int(&PyBool_Type, 1);
pub static _Py_FalseStruct: PyLongObject = int::static_int(&PyBool_Type, 0);
/// A new reference to True or False.
#[inline(always)]
pub fn from(b: bool) -> Ref {
    Ref::new(if b {
        &*_Py_TrueStruct
    } else {
        &*_Py_FalseStruct
    })
}
#[inline(always)]
pub fn is_true(o: &PyObject) -> bool {
    o.is(&_Py_TrueStruct)
}
#[inline(always)]
pub fn is_false(o: &PyObject) -> bool {
    o.is(&_Py_FalseStruct)
}
