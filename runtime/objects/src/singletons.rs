//! `None`, `NotImplemented`, `Ellipsis`.

use crate::*;

pub static _PyNone_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"NoneType");
pub static _PyNotImplemented_Type: PyTypeObject =
    PyTypeObject::new::<PyObject>(c"NotImplementedType");
pub static PyEllipsis_Type: PyTypeObject = PyTypeObject::new::<PyObject>(c"ellipsis");
#[unsafe(no_mangle)]
pub static _Py_NoneStruct: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const _PyNone_Type),
};
#[unsafe(no_mangle)]
pub static _Py_NotImplementedStruct: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const _PyNotImplemented_Type),
};
#[unsafe(no_mangle)]
pub static _Py_EllipsisObject: PyObject = PyObject {
    ob_refcnt: Cell::new(IMMORTAL),
    ob_type: Slot::of(&raw const PyEllipsis_Type),
};
#[inline(always)]
pub fn none() -> Ref {
    Ref::new(&_Py_NoneStruct)
}
#[inline(always)]
pub fn not_implemented() -> Ref {
    Ref::new(&_Py_NotImplementedStruct)
}
#[inline(always)]
pub fn ellipsis() -> Ref {
    Ref::new(&_Py_EllipsisObject)
}
#[inline(always)]
pub fn is_none(o: &PyObject) -> bool {
    o.is(&_Py_NoneStruct)
}
#[inline(always)]
pub fn is_not_implemented(o: &PyObject) -> bool {
    o.is(&_Py_NotImplementedStruct)
}
