//! `super`.

use crate::*;

/// C: `superobject` (private there).
#[repr(C)]
pub struct superobject {
    pub ob_base: PyObject,
    pub type_: Slot<PyTypeObject>,
    pub obj: Slot<PyObject>,
    pub obj_type: Slot<PyTypeObject>,
}
object_structs!(superobject);
pub static PySuper_Type: PyTypeObject = PyTypeObject::new::<superobject>(c"super");
