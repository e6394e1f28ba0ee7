//! `property`.

use crate::*;

/// C: `propertyobject` (private there).
#[repr(C)]
pub struct propertyobject {
    pub ob_base: PyObject,
    pub prop_get: Slot<PyObject>,
    pub prop_set: Slot<PyObject>,
    pub prop_del: Slot<PyObject>,
    pub prop_doc: Slot<PyObject>,
    pub prop_name: Slot<PyObject>,
    pub getter_doc: Cell<i32>,
}
object_structs!(propertyobject);
pub static PyProperty_Type: PyTypeObject = PyTypeObject::new::<propertyobject>(c"property");
builtin!(propertyobject = PyProperty_Type);
