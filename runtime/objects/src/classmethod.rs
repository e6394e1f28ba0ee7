//! `classmethod` and `staticmethod`.

use crate::*;

/// C: `classmethod`, `staticmethod` (private there).
#[repr(C)]
pub struct classmethod {
    pub ob_base: PyObject,
    pub cm_callable: Slot<PyObject>,
    pub cm_dict: Slot<PyObject>,
}
object_structs!(classmethod);
pub static PyClassMethod_Type: PyTypeObject = PyTypeObject::new::<classmethod>(c"classmethod");
pub static PyStaticMethod_Type: PyTypeObject = PyTypeObject::new::<classmethod>(c"staticmethod");
