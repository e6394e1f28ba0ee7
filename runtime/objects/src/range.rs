//! `range` and its iterator.

use crate::*;

pub static PyRange_Type: PyTypeObject = PyTypeObject::new::<rangeobject>(c"range");
builtin!(rangeobject = PyRange_Type);

/// C: `rangeobject` (private there): start, stop, step, length, all exact ints.
#[repr(C)]
pub struct rangeobject {
    pub ob_base: PyObject,
    pub start: Slot<PyObject>,
    pub stop: Slot<PyObject>,
    pub step: Slot<PyObject>,
    pub length: Slot<PyObject>,
}
object_structs!(rangeobject);
pub static PyRangeIter_Type: PyTypeObject = PyTypeObject::new::<rangeiterobject>(c"range_iterator");
/// Iterator over a range of machine integers. C: `_PyRangeIterObject`.
#[repr(C)]
pub struct rangeiterobject {
    pub ob_base: PyObject,
    pub index: Cell<i64>,
    pub start: Cell<i64>,
    pub step: Cell<i64>,
    pub len: Cell<i64>,
}
object_structs!(rangeiterobject);
builtin!(rangeiterobject = PyRangeIter_Type);
